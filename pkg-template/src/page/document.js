// The document by its real members, which elements of the page hide by their names: `<form name="cookie">` (rules,
// "Doors of the page").
//
// Elements, collections and windows are objects. So a member that is none is the document's, wrapped there perhaps, as
// consent tools do it; for an object the prototype is asked. Nothing here holds state: each bundle may have a copy.
export const doc = new Proxy(
  {},
  {
    get(_, name) {
      const found = document[name];
      const member = typeof found == "object" ? Reflect.get(Document.prototype, name, document) : found;
      return typeof member == "function" ? member.bind(document) : member;
    },
    set: (_, name, value) =>
      Reflect.set(typeof document[name] == "object" ? Document.prototype : document, name, value, document),
  },
);
