//! The only file that knows JavaScript: texts in, texts out.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::Judge;

/// A judge on the other side.
#[wasm_bindgen(js_name = Judge)]
#[derive(Debug, Default)]
pub struct WasmJudge {
    judge: Judge,
}

#[wasm_bindgen(js_class = Judge)]
impl WasmJudge {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lines in UTF-8: a text would cross one character after the other.
    pub fn add(&mut self, lines: &[u8]) {
        self.judge.add(&String::from_utf8_lossy(lines));
    }

    /// An empty text where `options` are none.
    pub fn judge(&self, options: &str) -> String {
        let Ok(options) = serde_json::from_str(options) else { return String::new() };
        serde_json::to_string(&self.judge.judge(&options)).unwrap_or_default()
    }
}
