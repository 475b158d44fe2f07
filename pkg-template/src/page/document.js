// The document by its real members, which elements of the page hide by their names: `<form name="cookie">` (rules,
// "Doors of the page").
//
// Elements, collections and windows are objects, and in old browsers `<embed>` and `<object>` functions. So a member
// that is none of them is the document's, wrapped there perhaps, as consent tools do it; in their place the prototype
// is asked. Nothing here holds state: each bundle may have a copy.
const hides = (found) => typeof found == "object" || (found && found.nodeType);

export const doc = new Proxy(
  {},
  {
    get(_, name) {
      const found = document[name];
      const member = hides(found) ? Reflect.get(Document.prototype, name, document) : found;
      return typeof member == "function" ? member.bind(document) : member;
    },
    set: (_, name, value) => Reflect.set(hides(document[name]) ? Document.prototype : document, name, value, document),
  },
);
