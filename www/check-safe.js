// Members of nodes as they are on the prototypes: elements of a hostile page may shadow those of forms and of
// `document`.
const own = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name);
const method = (type, name) => {
  const { value } = own(type, name);
  return (self, ...rest) => value.apply(self, rest);
};
const getter = (type, name) => {
  const { get } = own(type, name);
  return (self) => get.call(self);
};
export const all = method(Document, "querySelectorAll");
export const first = method(Document, "querySelector");
export const byId = method(Document, "getElementById");
export const newElement = method(Document, "createElement");
export const root = getter(Document, "documentElement");
export const get = method(Element, "getAttribute");
export const set = method(Element, "setAttribute");
export const unset = method(Element, "removeAttribute");
export const names = method(Element, "getAttributeNames");
export const remove = method(Element, "remove");
export const replace = method(Element, "replaceWith");
export const append = method(Element, "append");
export const prepend = method(Element, "prepend");
export const after = method(Element, "after");
export const replaceContent = method(Element, "replaceChildren");
export const matches = method(Element, "matches");
export const box = method(Element, "getBoundingClientRect");
export const outer = getter(Element, "outerHTML");
export const localName = getter(Element, "localName");
export const children = getter(Node, "childNodes");
export const parent = getter(Node, "parentNode");
export const text = getter(Node, "textContent");
export const setText = (node, value) => own(Node, "textContent").set.call(node, value);
export const compatMode = getter(Document, "compatMode");
export const content = getter(HTMLTemplateElement, "content");
export const allInside = method(DocumentFragment, "querySelectorAll");
