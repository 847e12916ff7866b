//! Each text once: claims of one stage share most of theirs.

use std::collections::HashMap;
use std::rc::Rc;

/// A text that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Text(u32);

impl Text {
    /// The empty text, which every table has first.
    pub const EMPTY: Self = Self(0);

    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }
}

#[derive(Debug)]
pub(crate) struct Texts {
    numbers: HashMap<Rc<str>, u32>,
    all: Vec<Rc<str>>,
}

impl Default for Texts {
    fn default() -> Self {
        let empty: Rc<str> = Rc::from("");
        Self { numbers: HashMap::from([(Rc::clone(&empty), 0)]), all: vec![empty] }
    }
}

impl Texts {
    pub fn add(&mut self, text: &str) -> Text {
        if let Some(known) = self.find(text) {
            return known;
        }
        // Four thousand million texts are more than the memory of a module holds.
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let shared: Rc<str> = Rc::from(text);
        self.all.push(Rc::clone(&shared));
        self.numbers.insert(shared, number);
        Text(number)
    }

    pub fn find(&self, text: &str) -> Option<Text> {
        self.numbers.get(text).copied().map(Text)
    }

    pub fn get(&self, text: Text) -> &str {
        let at = usize::try_from(text.0).unwrap_or(usize::MAX);
        self.all.get(at).map_or("", |text| text)
    }
}
