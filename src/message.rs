//! What each refusal says: the texts, and how the words of a refusal are put into them.
//!
//! The core only refuses: it gives the number of a text, and the words. This file is what makes both
//! into a message, and is not part of the module that every program loads.

use std::fmt::Write as _;

use crate::kind::Kind;
use crate::name::nearest_base;

macro_rules! messages {
    ($($name:ident $text:literal)*) => {
        /// Which text a refusal has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Message { $($name),* }

        /// In the order of the messages: what is wrong, and what to do next, a line each.
        static TEXTS: &[(Message, &str)] = &[$((Message::$name, $text)),*];
    };
}

// A letter in braces says how a word is shown, and the digits behind it which words it takes: see
// `push_shown`.
messages! {
    KindUnknown "there is no kind {q0}\nuse one of {k}"
    BaseRule "{q0} cannot be the base name of a {t1}: it {r1}\nrename it, for example to {b10}"
    BaseHash "{q0} cannot be the base name of a {t1}: it has a part of `0` and eight characters, \
        which is how a hash looks\nrename it, for example to {b10}"
    LiteralInvalid "{q0} cannot be the whole name of a {t1}: it {l10}\n\
        Cloudflare would refuse it: look the deployed name up and write just that"
    DoubleStage "{q0} already ends in the stage {q1}\nwrite {q2}: the block adds the stage"
    ClassInvalid "no class can be called {q0}, which is what {q1} gives\n\
        give `className`: the class that your script exports"
    StageEmpty "the stage is empty\ngive a stage such as `dev`"
    StageImplicit "nobody chose the stage {q0}: it is what Alchemy falls back on\n\
        set `STAGE`, or pass `--stage`, in CI"
    StageMismatch "`STAGE` is {q0}, but the Alchemy scope is of stage {q1}, which is used\n\
        give both the same stage"
    StageCase "the stage {q0} is {q1} but for its case\n\
        write {q1}, or choose a name that cannot be taken for it"
    ShareMisplaced "{t0} cannot take `share` here\n\
        give either `stage` or `share`, and `share` only to databases, buckets, KV and queues"
    ShareUnbound "`share` of {t0} needs somebody to look the resource up\n\
        import the block from `@alch/blocks`"
    IdInvalid "{q0} cannot be the id of a {t1}\n\
        give an id that is not empty, has no colon and is not `__proto__`"
    GenericName "{q0} says nothing of the app, and `adopt` is on: another app of this account with \
        that name would share the {n1}\n\
        put the app's name into it, or use `createBlocks({ prefix })`"
    DuplicateName "two resources would be the {n0} {q1}: {p23} and {p45}\n\
        give one of them another `name`; {p23} was already passed on to Alchemy in this run"
    DuplicateClass "two Durable Objects would be the class {q0}: {p12} and {p34}\n\
        use one of them in both places, or give each its own `className` or `scriptName`"
    DuplicateClassOfScript "two Durable Objects would be the class {q0} of the script {q5}: {p12} \
        and {p34}\n\
        use one of them in both places, or give each its own `className` or `scriptName`"
    MeetsDeclared "{q0} and {q1} cannot both name a {n2}: {j03} would be the first in stage {q3} \
        and the second in stage {q4}\n\
        rename {q5}; {p67} was already passed on to Alchemy in this run, as {q8}: if that is the \
        one to rename, remove it once this deploy has ended"
    MeetsDeployed "{q0} and {q1} cannot both name a {n2}: {j03} would be the first in stage {q3} \
        and the second in stage {q4}\n\
        rename {q5}; {p67} is in this stage's state, as {q8}: if that is the one to go, deploy \
        once without the two to remove it"
    WouldRename "the {n0} {q1} is deployed as {q2}, and would now be {q3}: it would be renamed in \
        place\nadd `pin: { {s4}: {s2} }` to keep it, or say `onRename: \"replace\"` if it may go"
    WouldReplace "the {n0} {q1} is deployed as {q2}, and would now be {q3}: Alchemy would delete \
        the {n0} {q2} with its data\n\
        add `pin: { {s4}: {s2} }` to keep it, or say `onRename: \"replace\"` if it may go"
    ReplaceInLocal "the {n0} {q1} is deployed as {q2}, and would now be {q3}: local mode must not \
        touch what is deployed\n\
        deploy the new name first, or add `pin: { {s4}: {s2} }`"
    ReplaceProtected "the {n0} {q1} is deployed as {q2}, and would now be {q3}: the stage {q4} is \
        protected, but the state does not say so of this {n0} yet\n\
        add `pin: { {s4}: {s2} }` and deploy once, which stores `delete: false`; or write \
        `delete: true` if it may go"
    IdChanged "the {n0} {q1} is deployed as {q2}, and would now be {q3}: Alchemy would take the \
        first for an orphan and delete the {n0}\n\
        keep the old id and scope; or deploy once with `delete: false` at the old place, and \
        change it then with `adopt: true`"
    PendingDeletion "a replacement that did not end has the {n0} {q1} on its list of deletions\n\
        deploy once with the name that was to replace it, or take the entry out of \
        `pendingDeletions` in the scope's row of the state"
    ClassMoved "the Durable Object {q0} would now be {q2}: Alchemy would delete the class {q1} \
        with all its storage\n\
        keep the id {q0}; `createBlocks({ deleteClasses: [{s1}] })` says that its storage may go"
    ClassLost "the Durable Object {q0} is not bound any more: Alchemy would delete the class {q1} \
        with all its storage\n\
        bind it again; `createBlocks({ deleteClasses: [{s1}] })` says that its storage may go"
    WouldOrphan "the workflow {q0} is deployed as {q1}, and would now be {q2}: the old one would \
        stay behind with its instances\n\
        `pin` the deployed name, or say `onRename: \"keep\"` or `onRename: \"replace\"`"
    WouldDelete "the {n0} {q1} is declared in this run, as {q2}, and Alchemy would delete it for \
        an orphan\n\
        await each block, let its errors through, and open a scope once for all that is in it; \
        where two rows hold one resource, deploy once with `delete: false` at the one that is to go"
    WorkerMoved "the Worker {q0} is deployed as {q2}, and would now be {q1}: Alchemy would take \
        the first for an orphan and delete the script with its Durable Objects\n\
        keep the old id and scope"
    DeclaredTwice "{q0} is declared again before it is done, as {q1} and as {q2}\n\
        declare it once, or await the first"
    OtherKind "{q1} is deployed as the {a0} {q2}, and would now be of another kind: Alchemy would \
        delete the {a0}, or forget it\ngive the new one another id"
    StateUnreadable "the state of {q0} in {q1} cannot be read: {q2}\n\
        restore the row from a backup, or remove it and deploy with `adopt: true`; nothing was \
        changed"
    OwnerMissing "{q1} shares the {a0} {q2}, which is not in the account\n\
        deploy the stage that owns it first"
    ShareConflict "{q1} would share the {a0} {q2}, but this stage has deployed a {a0} of its own \
        under that id: Alchemy would take it for an orphan and delete it\n\
        give the shared one another id, or destroy this stage's own first; where that is the same \
        {a0}, deploy once with `delete: false` before"
    HalfPair "{w0} {q1} has half a surrogate pair\ngive text that is well-formed Unicode"
    HalfPairInOption "the option `{w0}` {q1} has half a surrogate pair\n\
        give text that is well-formed Unicode"
    OptionInvalid "the option {q0} of {t1} is {v2}\ngive {e0}, or leave it out"
    PinInvalid "the option {i3} of {t1} is {v2}\ngive the deployed name, or leave it out"
    SettingInvalid "the setting `{w0}` is {v2}\ngive {e0}, or leave it out"
    SettingsInvalid "the setting of these blocks is {v2}\ngive an object, or leave it out"
    ScriptInvalid "`scriptName` of {t1} is {v2} that names no script\n\
        give the script's name, an awaited Worker or a WorkerRef"
    IdMissing "the name of a {t1} is {v2}\ngive it as text: `{x1}`"
    CallbackInvalid "{t1} was given {v2} in place of Alchemy's function\n\
        pass the resource function of `alchemy/cloudflare`, or import from `@alch/blocks`"
    OptionsInvalid "the options of {t1} are {v2}\ngive an object, or nothing"
    BasesInvalid "the base names are {v0}\ngive an array of text"
    TextMissing "{w0} is {v1}\ngive text"
    CutOff "an earlier call is at work in the core, or was cut off there\n\
        report this with the program that shows it"
    ScopeUnknown "the scope is not known\nreport this with the program that shows it"
}

impl Message {
    /// The message with a number that another module gave.
    pub(crate) fn numbered(number: u8) -> Option<Self> {
        TEXTS.get(usize::from(number)).map(|(message, _)| *message)
    }

    /// The message and the help, a line each, with the words put in.
    pub(crate) fn said(self, words: &[&str]) -> String {
        let template = TEXTS.get(self as usize).map_or("", |(_, text)| text);
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            match placeholder(after) {
                Some((how, which, behind)) => {
                    push_shown(&mut out, how, &which.map(|at| words.get(at).copied()));
                    rest = behind;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// How a word is shown, which words it takes, and the text behind the brace.
fn placeholder(text: &str) -> Option<(char, [usize; 2], &str)> {
    let (inner, behind) = text.split_once('}')?;
    let mut characters = inner.chars();
    let how = characters.next().filter(char::is_ascii_lowercase)?;
    let mut which = [usize::MAX; 2];
    for (place, character) in which.iter_mut().zip(characters.by_ref()) {
        *place = character.to_digit(10)? as usize;
    }
    characters.next().is_none().then_some((how, which, behind))
}

fn push_shown(out: &mut String, how: char, words: &[Option<&str>; 2]) {
    let [first, second] = words.map(Option::unwrap_or_default);
    let kind = || Kind::parse(first).unwrap_or(Kind::Worker);
    match how {
        // The user's text.
        'q' => push_quoted(out, first),
        // Our own word, as it is.
        'w' => out.push_str(first),
        // What makes a kind, and what it is called.
        't' => push_quoted(out, kind().title()),
        'n' => out.push_str(kind().noun()),
        // What a type of Alchemy's is called.
        'a' => out.push_str(Kind::of_resource(first).map_or("resource", Kind::noun)),
        // A scope and an id.
        'p' => {
            push_quoted(out, second);
            if !first.is_empty() {
                out.push_str(" in scope ");
                push_quoted(out, first);
            }
        }
        // A base name and a slug, as the name that they make.
        'j' => push_quoted(out, &crate::name::joined(first, second)),
        // Text as it is written in a program.
        's' => push_source(out, first),
        // What a kind's base name may be, what this one might be, and why a name cannot be.
        'r' => out.push_str(kind().words().rule),
        'b' => push_quoted(out, &nearest_base(kind(), second)),
        'l' => match kind().row().literal.refuses_length(second) {
            Some(why) => out.push_str(&why),
            None => out.push_str(kind().words().rule),
        },
        // An option that is pinned.
        'i' => push_quoted(out, &format!("pin.{first}")),
        // What an option or a setting may be.
        'e' => out.push_str(expected(first)),
        // What was found instead, by its number.
        'v' => out.push_str(sort_words(first)),
        // A call as it would be right.
        'x' => {
            let (title, id) = (kind().title(), kind().words().fallback);
            // Writing to a text never fails.
            let _ = write!(out, "{title}(\"{id}\")");
        }
        'k' => {
            let kinds: Vec<_> = Kind::all().map(|kind| format!("`{}`", kind.as_str())).collect();
            out.push_str(&kinds.join(", "));
        }
        _ => {}
    }
}

/// What an option or a setting may be.
fn expected(key: &str) -> &'static str {
    match key {
        "stage" => "a stage such as `prod`, or `false`",
        "pin" => "an object from stage to name, such as `{ prod: \"legacy-db\" }`",
        "onRename" => "`\"refuse\"`, `\"keep\"` or `\"replace\"`",
        "protect" | "deleteClasses" => "an array of text",
        _ => "text that is not empty",
    }
}

/// The sorts of value, by their numbers in a record; see `wire`.
const SORTS: [&str; 10] = [
    "undefined",
    "an array",
    "null",
    "text",
    "a function",
    "an object",
    "a boolean",
    "a number",
    "text",
    "another type",
];

fn sort_words(number: &str) -> &'static str {
    match number.parse::<usize>() {
        Ok(number) => SORTS.get(number).copied().unwrap_or_default(),
        Err(_) => "empty",
    }
}

/// The user's text in backticks, fit for a terminal, as it stands in messages.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut out = String::new();
    push_quoted(&mut out, text);
    out
}

/// Writes the user's text in backticks, fit for a terminal.
///
/// Names and stages come from strangers' branches: whatever could move a cursor, break a line,
/// reorder text or end the backticks is escaped, and very long text is cut.
fn push_quoted(out: &mut String, text: &str) {
    const SHOWN: usize = 160;
    out.push('`');
    for (at, character) in text.chars().enumerate() {
        if at == SHOWN {
            out.push('…');
            break;
        }
        if character == '`' || is_unprintable(character) {
            push_escaped(out, character);
        } else {
            out.push(character);
        }
    }
    out.push('`');
}

/// Writes text as JavaScript source, escaped for a terminal as well.
fn push_source(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            _ if character.is_ascii_graphic() || character == ' ' => out.push(character),
            _ => push_escaped(out, character),
        }
    }
    out.push('"');
}

/// Writes a character as its number, such as `\u{1b}`.
fn push_escaped(out: &mut String, character: char) {
    // Writing to a text never fails.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
}

/// Control, bidirectional and invisible format characters, and the line separators.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_hostile_text() {
        assert_eq!(quote("my-db"), "`my-db`");
        assert_eq!(quote("a\u{1b}[2Jb"), "`a\\u{1b}[2Jb`");
        assert_eq!(quote("a`b"), "`a\\u{60}b`");
        assert_eq!(quote("a\u{202e}b"), "`a\\u{202e}b`");
        assert_eq!(quote(&"x".repeat(200)).chars().count(), 163);
    }

    #[test]
    fn every_message_has_its_text() {
        for (at, (message, text)) in TEXTS.iter().enumerate() {
            assert_eq!(*message as usize, at);
            assert_eq!(text.matches('\n').count(), 1, "{message:?}: a message and a help");
            let numbers = ["0"; 9];
            let said = message.said(&numbers);
            assert!(!said.contains("{q") && !said.contains("  "), "{said}");
        }
        assert_eq!(Message::numbered(u8::MAX), None);
    }

    #[test]
    fn words_are_put_in() {
        let said = Message::WouldRename.said(&["kv", "a", "b", "{q0}", "p\"d"]);
        assert_eq!(
            said,
            "the KV namespace `a` is deployed as `b`, and would now be `{q0}`: it would be renamed \
             in place\nadd `pin: { \"p\\\"d\": \"b\" }` to keep it, or say `onRename: \"replace\"` \
             if it may go"
        );
        assert_eq!(
            Message::KindUnknown.said(&["x"]),
            "there is no kind `x`\nuse one of `database`, `bucket`, `kv`, `queue`, \
             `durable-object`, `workflow`, `worker`"
        );
        assert_eq!(
            Message::IdMissing.said(&["", "kv", "7"]).lines().last(),
            Some("give it as text: `KV(\"my-namespace\")`")
        );
        assert_eq!(
            Message::OptionInvalid.said(&["dlq", "queue", "empty"]).lines().next(),
            Some("the option `dlq` of `Queue` is empty")
        );
        assert_eq!(
            Message::DuplicateName.said(&["queue", "n", "", "a", "s", "b"]).lines().next(),
            Some("two resources would be the queue `n`: `a` and `b` in scope `s`")
        );
    }
}
