//! One correction to wasm-bindgen's glue, so that it also serves the module as JavaScript.

use crate::Result;

/// How the glue asks whether the view it keeps is still the module's memory, and how it shall ask.
///
/// Memory that grows takes the old buffer away from JavaScript, and that is what the glue looks
/// for. wasm2js only replaces the buffer: there the glue would go on writing into the old one.
const QUESTIONS: [(&str, &str); 2] = [
    (
        "cachedUint8ArrayMemory0.byteLength === 0",
        "cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer",
    ),
    (
        "cachedDataViewMemory0.buffer.detached === true || \
         (cachedDataViewMemory0.buffer.detached === undefined && \
         cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
    ),
];

/// The glue with its kept views compared to the memory of the moment.
pub(crate) fn with_fresh_memory(glue: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    for (asked, better) in QUESTIONS {
        glue = glue.replace(asked, better);
    }
    // A view of another kind, or a newer wasm-bindgen that asks in other words.
    let kept = glue.matches("Memory0 === null ||").count();
    if kept == glue.matches(".buffer !== wasm.memory.buffer").count() {
        return Ok(glue);
    }
    Err("wasm-bindgen's glue keeps a view of the memory in a way that xtask/src/glue.rs does not know".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_questions_are_replaced() {
        let glue =
            "if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {";
        assert_eq!(
            with_fresh_memory(glue).unwrap(),
            "if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer) {"
        );
        assert_eq!(with_fresh_memory("let wasm;").unwrap(), "let wasm;");
    }

    #[test]
    fn unknown_questions_are_errors() {
        assert!(
            with_fresh_memory(
                "if (cachedInt32Memory0 === null || cachedInt32Memory0.length === 0)"
            )
            .is_err()
        );
    }
}
