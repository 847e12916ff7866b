//! The words of a line of a shell, without quotes.

/// Words of the shell itself that a command may come after.
const KEYWORDS: [&str; 9] = ["!", "{", "if", "then", "elif", "else", "while", "until", "do"];

/// The simple commands of a line, each as its words without quotes.
pub(super) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut reader = Words::default();
    let mut quote = None;
    let mut braces = 0_usize;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        match (quote, character) {
            // `${{ … }}` of a workflow is put in as text, with its spaces.
            (_, '{') if next == Some('{') => braces = braces.saturating_add(1),
            (_, '}') if next == Some('}') => braces = braces.saturating_sub(1),
            _ if braces > 0 => {}
            (Some(open), _) if open == character => {
                quote = None;
                continue;
            }
            (Some('\''), _) => {}
            (_, '\\') => {
                reader.word.extend(characters.next());
                continue;
            }
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                quote = Some(character);
                continue;
            }
            (None, '#') if reader.word.is_empty() => break,
            (None, ';' | '&' | '|' | '(' | ')') => {
                reader.end_command();
                continue;
            }
            (None, _) if character.is_whitespace() => {
                reader.end_word();
                continue;
            }
            (None, _) => {}
        }
        reader.word.push(character);
    }
    reader.end_command();
    reader.commands
}

#[derive(Default)]
struct Words {
    commands: Vec<Vec<String>>,
    words: Vec<String>,
    word: String,
}

impl Words {
    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        let words = std::mem::take(&mut self.words).into_iter();
        let words: Vec<_> = words.skip_while(|word| KEYWORDS.contains(&word.as_str())).collect();
        if !words.is_empty() {
            self.commands.push(words);
        }
    }
}
