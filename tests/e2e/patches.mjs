// Changes that scripts on real pages have made to the language.
export const PATCHES = {
  "enumerable extras on Object.prototype and Array.prototype": () => {
    for (const name of ["get", "set", "value", "writable", "each", "extend", "toJSONString"]) {
      Object.prototype[name] = Array.prototype[name] = function () {
        return "patched";
      };
    }
  },
  "extras on Object.prototype that are no functions": () => {
    for (const name of ["get", "set", "extra", "free"]) Object.prototype[name] = 50;
  },
  "JSON that throws": () => {
    JSON.parse = JSON.stringify = () => {
      throw new Error("no JSON here");
    };
  },
  "Promise replaced": () => {
    window.Promise = function () {
      throw new Error("no promises here");
    };
  },
  "Prototype.js": () => {
    Array.from = (iterable) => (iterable?.toArray ? iterable.toArray() : Array.prototype.slice.call(iterable || []));
    Array.prototype.toJSON = function () {
      return `[${this.map(String).join(", ")}]`;
    };
    String.prototype.toJSON = function () {
      return `"${this}"`;
    };
    Object.toJSON = String;
    Object.keys = (object) => {
      const names = [];
      for (const name in object) names.push(name);
      return names;
    };
    Array.prototype.find = Array.prototype.detect = function (test) {
      for (const item of this) if (test(item)) return item;
    };
    Array.prototype.concat = function (...more) {
      return [...this, ...more.flat()];
    };
    Array.prototype.reverse = function (inline) {
      return (inline === false ? this.slice() : this).sort(() => 1);
    };
    Function.prototype.bind = function (self, ...given) {
      const method = this;
      return function (...more) {
        return method.apply(self, [...given, ...more]);
      };
    };
    Element.prototype.remove = function () {
      this.parentNode.removeChild(this);
      return this;
    };
  },
  "date.js": () => {
    Date.parse = (text) => (text ? new Date(NaN) : null);
    Date.prototype.toString = () => "a date";
  },
};
