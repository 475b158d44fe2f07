// `iteras/meter`: imported for its effect alone, before the first call of `wall` with `meter`. It counts free articles in
// this browser's `localStorage`, under `iteras.meter`; nothing in there tells who the reader is.
export {};
