// The package once more, as CommonJS: a dependency of a dependency that has not moved on.
module.exports = require("iteras");
