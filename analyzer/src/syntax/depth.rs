//! Keeps text from the parser that would overflow its stack.
//!
//! The parser goes down by recursion, and a stack that overflows cannot be caught, least of all in
//! WebAssembly. So the text is scanned before: a rough lexer that errs only towards too deep.

/// How many levels of brackets the parser may see.
const BRACKETS: usize = 200;
/// How many words and operators that nest without brackets (`!!x`, `a ? b : c ? d : e`,
/// `if (a) if (b) …`) may stand in one statement.
const CHAIN: usize = 600;

/// How many `<` may be open in one statement.
const ANGLES: usize = 100;

/// Where the text becomes too deep, in bytes.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    // A text with few such characters cannot nest deeply, and most texts are such.
    let bytes = text.as_bytes();
    if bytes.len() < BRACKETS {
        return None;
    }
    Scan { bytes, at: 0, levels: vec![Level::default()], previous: b';', careful: false }.run()
}

#[derive(Default)]
struct Level {
    chain: usize,
    /// `<` that may open type arguments, which go on over commas.
    angles: usize,
    /// Whether this is `${` in a template, which goes on after its `}`.
    template: bool,
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    levels: Vec<Level>,
    /// The last byte that was neither space nor comment.
    previous: u8,
    /// Whether closing brackets of this line do not count: it may be that they stand in a regular
    /// expression.
    careful: bool,
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at.saturating_add(ahead)).copied().unwrap_or(0)
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn run(&mut self) -> Option<usize> {
        while self.at < self.bytes.len() {
            let start = self.at;
            if !self.step() {
                return Some(start);
            }
        }
        None
    }

    /// Reads one token; `false` where the text is too deep.
    fn step(&mut self) -> bool {
        if self.blank() {
            return true;
        }
        let fine = self.token(self.peek(0));
        self.previous = self.bytes.get(self.at.saturating_sub(1)).copied().unwrap_or(b';');
        fine && self.levels.len() <= BRACKETS
    }

    /// Reads a space, a line break or a comment.
    fn blank(&mut self) -> bool {
        match (self.peek(0), self.peek(1)) {
            (b'\n', _) => {
                self.careful = false;
                self.skip(1);
                self.line_break();
            }
            (b' ' | b'\t' | b'\r', _) => self.skip(1),
            (b'/', b'/') => {
                while self.at < self.bytes.len() && self.peek(0) != b'\n' {
                    self.skip(1);
                }
            }
            (b'/', b'*') => {
                self.skip(2);
                while self.at < self.bytes.len() && !(self.peek(0) == b'*' && self.peek(1) == b'/')
                {
                    self.skip(1);
                }
                self.skip(2);
            }
            _ => return false,
        }
        true
    }

    fn token(&mut self, byte: u8) -> bool {
        match byte {
            b'"' | b'\'' => {
                self.string(byte);
                return true;
            }
            b'/' if self.peek(1) != b'>' => {
                self.slash();
                return true;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9' | 0x80.. => return self.word(),
            b'<' if self.peek(1) == b'/' => {
                self.skip(2);
                self.unlink();
                return true;
            }
            _ => self.skip(1),
        }
        match byte {
            b'`' => self.template(),
            b'/' => self.unlink(),
            b'(' | b'[' | b'{' => self.open(false),
            b')' | b']' | b'}' => self.close(),
            // Type arguments and parameters go on over it.
            b',' if self.levels.last().is_none_or(|level| level.angles == 0) => self.reset(),
            b';' => self.end(),
            b'<' => return self.angle(),
            b'>' => {
                if let Some(level) = self.levels.last_mut().filter(|_| self.previous != b'=') {
                    level.angles = level.angles.saturating_sub(1);
                }
            }
            b'!' | b'~' | b'+' | b'-' | b'?' | b':' | b'=' | b'@' | b'*' => return self.link(),
            _ => {}
        }
        true
    }

    fn open(&mut self, template: bool) {
        let (chain, angles) = self.levels.last().map_or((0, 0), |l| (l.chain, l.angles));
        self.levels.push(Level { chain, angles, template });
    }

    fn close(&mut self) {
        if self.careful || self.levels.len() <= 1 {
            return;
        }
        let closed = self.levels.pop();
        if closed.is_some_and(|level| level.template) {
            self.template();
        } else if self.bytes.get(self.at.saturating_sub(1)) == Some(&b'}') {
            self.end();
        }
    }

    /// One more level that needs no bracket.
    fn link(&mut self) -> bool {
        let Some(level) = self.levels.last_mut() else { return true };
        level.chain = level.chain.saturating_add(1);
        level.chain <= CHAIN
    }

    /// An element of JSX ends.
    fn unlink(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.chain = level.chain.saturating_sub(1);
        }
    }

    /// One more `<`: what the parser tries as type arguments it may read twice, at each level.
    fn angle(&mut self) -> bool {
        let Some(level) = self.levels.last_mut() else { return true };
        level.angles = level.angles.saturating_add(1);
        level.angles <= ANGLES && self.link()
    }

    /// A statement ends.
    fn end(&mut self) {
        self.reset();
        let outer = self.levels.len().checked_sub(2).and_then(|at| self.levels.get(at));
        let outer = outer.map_or(0, |level| level.angles);
        if let Some(level) = self.levels.last_mut() {
            level.angles = outer;
        }
    }

    /// A statement ends, or a part of a list.
    fn reset(&mut self) {
        let outer = self.levels.len().checked_sub(2).and_then(|at| self.levels.get(at));
        let outer = outer.map_or(0, |level| level.chain);
        if let Some(level) = self.levels.last_mut() {
            level.chain = outer;
        }
    }

    /// A line that ends after a value ends the statement, unless the next goes on.
    fn line_break(&mut self) {
        let ended = matches!(self.previous, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$'
            | b'"' | b'\'' | b'`' | b']' | b'}' | b';' | 0x80..);
        let mut at = self.at;
        while matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            at = at.saturating_add(1);
        }
        let starts = matches!(
            self.bytes.get(at),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'/' | b'@' | b'}' | b'"' | b'\'')
        );
        let rest = self.bytes.get(at..).unwrap_or_default();
        let goes_on = [&b"else"[..], b"extends", b"in ", b"instanceof", b"as ", b"satisfies"]
            .iter()
            .any(|word| rest.starts_with(word));
        if ended && starts && !goes_on && !self.after_keyword() {
            self.end();
        }
    }

    /// Whether the last word wants something to follow, wherever the line ends.
    fn after_keyword(&self) -> bool {
        let mut end = self.at;
        while end > 0
            && matches!(
                end.checked_sub(1).and_then(|at| self.bytes.get(at)),
                Some(b' ' | b'\t' | b'\r' | b'\n')
            )
        {
            end = end.saturating_sub(1);
        }
        let before = self.bytes.get(..end).unwrap_or_default();
        let start = before
            .iter()
            .rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_' && *byte != b'$')
            .map_or(0, |at| at.saturating_add(1));
        is_prefix_word(before.get(start..).unwrap_or_default())
    }

    fn word(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(0), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9' | 0x80..)
        {
            self.skip(1);
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        if is_prefix_word(word) { self.link() } else { true }
    }

    fn string(&mut self, quote: u8) {
        self.skip(1);
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.skip(2),
                b'\n' => return,
                byte => {
                    self.skip(1);
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    /// The text of a template, up to its end or to `${`.
    fn template(&mut self) {
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.skip(2),
                b'`' => return self.skip(1),
                b'$' if self.peek(1) == b'{' => {
                    self.skip(2);
                    self.open(true);
                    return;
                }
                _ => self.skip(1),
            }
        }
    }

    /// A division, or a regular expression.
    fn slash(&mut self) {
        let value = matches!(self.previous, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$'
            | b'"' | b'\'' | b'`' | b']' | 0x80..);
        if value && !self.after_keyword() {
            return self.skip(1);
        }
        if matches!(self.previous, b')' | b'}') {
            // Nobody but a parser can tell.
            self.careful = true;
            return self.skip(1);
        }
        let mut class = false;
        self.skip(1);
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.skip(1),
                b'\n' => return,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return self.skip(1),
                _ => {}
            }
            self.skip(1);
        }
    }
}

fn is_prefix_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"new"
            | b"typeof"
            | b"void"
            | b"delete"
            | b"await"
            | b"yield"
            | b"async"
            | b"if"
            | b"else"
            | b"for"
            | b"while"
            | b"do"
            | b"with"
            | b"class"
            | b"extends"
            | b"keyof"
            | b"readonly"
            | b"unique"
            | b"infer"
            | b"asserts"
            | b"is"
            | b"throw"
            | b"return"
            | b"case"
            | b"abstract"
            | b"declare"
            | b"export"
            | b"namespace"
            | b"module"
    )
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    #[test]
    fn flat_text_passes() {
        let lines = "const a = { b: [1, (2)] }\nfoo(a)\nif (a) { b() } else { c(`x${d}`) }\n";
        assert_eq!(too_deep(&lines.repeat(1000)), None);
        assert_eq!(too_deep(&"<p>\n<b>x</b>\n<br/>\n</p>\n".repeat(1000)), None);
        assert_eq!(too_deep(&"x.replace(/[(]/g, '(');\n".repeat(1000)), None);
        assert_eq!(too_deep(&"// (((( it's\n/* {{{ */ '((' + `((${1}`;\n".repeat(1000)), None);
    }

    #[test]
    fn deep_text_does_not() {
        for part in [
            "(",
            "[",
            "{",
            "`${",
            "!",
            "a ? b : ",
            "if (a) ",
            "a = ",
            "new ",
            "() => ",
            "f<T, ",
            "<T,>(a: T) => ",
        ] {
            assert!(too_deep(&part.repeat(5000)).is_some(), "{part}");
        }
    }
}
