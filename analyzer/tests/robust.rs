//! Whatever the text, there is an answer: nothing here may panic, and nothing may take long.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use alch_blocks_analyzer::{link, mentions, migrate, migrate_to_v2, parse, specifiers};
use proptest::prelude::{Strategy, any, proptest};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

const OPTIONS: &str = r#"{ "stages": ["prod", "feature/x"], "ownerStage": "prod" }"#;

fn read(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.ends_with("node_modules") || path.ends_with(".tmp") {
            continue;
        }
        if path.is_dir() {
            read(&path, texts);
        } else if path.extension().is_some_and(|e| e == "ts" || e == "tsx")
            && let Ok(text) = fs::read_to_string(&path)
        {
            texts.push((path.to_string_lossy().into_owned(), text));
        }
    }
}

fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Programs that declare something, and the project's own sources, which use more of the language.
    for folder in ["tests/fixtures/analyzer", "tests/deploy", "tests/cloudflare", "ts", "examples"]
    {
        read(&root.join(folder), &mut texts);
    }
    assert!(texts.len() > 100);
    texts
}

fn all(path: &str, text: &str) {
    let _ = (mentions(text), specifiers(text));
    let report = link(&[parse(path, text)], OPTIONS);
    assert!(report.starts_with('{'), "{report}");
    let file = serde_json::json!([{ "path": path, "text": text, "asked": true }]);
    let migration = migrate(&file.to_string(), OPTIONS);
    assert!(migration.starts_with('{'), "{migration}");
    let newer = migrate_to_v2(&file.to_string(), OPTIONS, "{}");
    assert!(newer.starts_with('{'), "{newer}");
}

fn with_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(512 << 20).spawn(test);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn mutated_programs_are_read() {
    with_stack(|| {
        let texts = texts();
        let change =
            (any::<prop_index::Index>(), any::<prop_index::Index>(), 0_u8..6, any::<char>());
        let changes = proptest::collection::vec(change, 1..6);
        let mut runner = TestRunner::new(Config { cases: 1500, ..Config::default() });
        let run = runner.run(&(any::<prop_index::Index>(), changes), |(which, changes)| {
            let (path, text) = which.get(&texts);
            let mut text: Vec<char> = text.chars().collect();
            for (from, to, how, character) in changes {
                let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
                let (from, to) = (from.min(to), from.max(to));
                match how {
                    0 => text.truncate(from),
                    1 => drop(text.drain(from..to.min(from + 20))),
                    2 => text.insert(from, character),
                    3 => {
                        let part: Vec<_> =
                            text.iter().take(to).skip(from).take(200).copied().collect();
                        text.splice(to..to, part);
                    }
                    4 => text.insert(from, "({[`\"</$".chars().nth(to % 8).unwrap_or('(')),
                    _ => {
                        if let Some(old) = text.get_mut(from) {
                            *old = character;
                        }
                    }
                }
            }
            let text: String = text.into_iter().collect();
            all(path, &text);
            Ok(())
        });
        assert!(run.is_ok(), "{run:?}");
    });
}

mod prop_index {
    pub(crate) use proptest::sample::Index;
}

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}".prop_map(|text| format!("import 'alchemy';{text}"))) {
        all("a.ts", &text);
    }

    #[test]
    fn facts_and_files_may_be_anything(text in "\\PC{0,100}") {
        let report = link(&[text.clone(), "{}".to_owned()], &text);
        let migration = migrate(&text, &text);
        assert!(migrate_to_v2(&text, &text, &text).starts_with('{'));
        assert!(report.starts_with('{') && migration.starts_with('{'));
    }
}

/// What a program can be nested with.
const NESTED: [&str; 64] = [
    "(",
    "[",
    "{",
    "`${",
    "!",
    "-",
    "a ? b : ",
    "if (a) ",
    "if (a)\n",
    "a = ",
    "new ",
    "() => ",
    "a => ",
    "typeof ",
    "await ",
    "a(",
    "a[",
    "{a:",
    "<a>",
    "a<",
    "f<T,",
    "a ** ",
    "for (;;) ",
    "while (a)\n",
    "do ",
    "else ",
    "x: ",
    "class extends ",
    "function a() {",
    "type A = ",
    "keyof ",
    "(a = ",
    "async (",
    "(a, b = ",
    "`a${`",
    "a?.(",
    "a ? (b) : (",
    "@a ",
    "a + ",
    "a.b().",
    "a\n? b\n: ",
    "namespace a.",
    "let a: A<",
    "(a: B<",
    "</",
    "{...",
    "export default ",
    "throw ",
    "case ",
    "return ",
    "a ?? ",
    "a && ",
    "\"a\" + ",
    "a, ",
    "switch (a) { case ",
    "try {",
    "import(",
    "<T,>(a: T) => ",
    "a as ",
    "a!",
    "a satisfies ",
    "(() => {",
    "(function () { return ",
    "f(() => ",
];

#[test]
fn deep_programs_are_refused_in_time() {
    with_stack(|| {
        for part in NESTED {
            for count in [30, 190, 590, 3000] {
                for end in ["", "1;"] {
                    let text = format!("import 'alchemy';\n{}{end}", part.repeat(count));
                    for path in ["a.ts", "a.tsx"] {
                        let start = Instant::now();
                        all(path, &text);
                        let time = start.elapsed();
                        assert!(time < Duration::from_secs(60), "{part} {count}: {time:?}");
                    }
                }
            }
        }
    });
}

/// Programs of few lines, with values that no memory holds.
fn growing() -> [(&'static str, String); 8] {
    let lines =
        |number: usize, line: fn(usize) -> String| (0..number).map(line).collect::<String>();
    let doubled =
        lines(60, |at| format!("const a{} = `${{a{at}}}${{a{at}}}`;\n", at.saturating_add(1)));
    let replaced =
        lines(60, |at| format!("const a{} = a{at}.replaceAll('x', 'xx');\n", at.saturating_add(1)));
    let nested =
        lines(60, |at| format!("const a{} = {{ a: a{at}, b: a{at} }};\n", at.saturating_add(1)));
    let cut = lines(60, |at| {
        format!("const a{} = `${{a{at}.slice(0, 1)}}${{a{at}.slice(1)}}`;\n", at.saturating_add(1))
    });
    let threaded =
        lines(60, |at| format!("const s{} = step(s{at}, 'k{at}');\n", at.saturating_add(1)));
    let chosen = lines(12, |at| {
        format!("if (s.a === app.stage) s = {{ ...s, a: 'v{at}' + s.b }}; else s.b = s.a;\n")
    });
    let table = lines(10_000, |at| format!("k{at}: 'v{at}',"));
    let loops = lines(9, |at| format!("for (const i{at} of ['a','b','c','d','e','f','g','h'])\n"));
    let name = (0..9).map(|at| format!("${{i{at}}}")).collect::<String>();
    [
        (
            "a text",
            format!(
                "const a0 = 'x' + app.stage;\n{doubled}await D1Database('d', {{ name: a60 }});"
            ),
        ),
        (
            "a change",
            format!(
                "const a0 = 'x' + app.stage;\n{replaced}await D1Database('d', {{ name: a60 }});"
            ),
        ),
        (
            "a cut text",
            format!("const a0 = 'x' + app.stage;\n{cut}await D1Database('d', {{ name: a60 }});"),
        ),
        (
            "a state",
            format!(
                "function step(s, key) {{ if (s.key === app.stage) return s; \
                 return {{ ...s, key, last: s, all: [...s.all, s] }}; }}\n\
                 const s0 = {{ key: 'a', all: [] }};\n{threaded}await D1Database('d', s60);"
            ),
        ),
        (
            "conditions",
            format!(
                "let s = {{ a: 'a', b: 'b' }};\n{chosen}await D1Database('d', {{ name: s.a }});"
            ),
        ),
        ("an object", format!("const a0 = app.stage;\n{nested}await D1Database('d', a60);")),
        (
            "a table",
            format!("const t = {{{table}}};\nawait D1Database('d', {{ name: t[app.stage] }});"),
        ),
        ("loops", format!("{loops}await D1Database(`d${name}`, {{ name: i0 + i8 }});")),
    ]
}

#[test]
fn values_that_grow_are_given_up_in_time() {
    with_stack(|| {
        for (what, program) in growing() {
            let start = Instant::now();
            let head = "import alchemy from 'alchemy';\nimport { D1Database } from 'alchemy/cloudflare';\nconst app = await alchemy('a');\n";
            all("a.ts", &format!("{head}{program}"));
            let time = start.elapsed();
            assert!(time < Duration::from_secs(20), "{what}: {time:?}");
        }
    });
}

#[test]
fn effects_that_grow_are_given_up_in_time() {
    with_stack(|| {
        let steps = [
            "e = e.pipe(Alchemy.RemovalPolicy.retain());\n".repeat(20_000),
            "e = Effect.succeed(e);\n".repeat(20_000),
            "e = Effect.all([e, e]);\n".repeat(60),
            "e = Effect.flatMap(e, () => e);\n".repeat(2_000),
            "const loop = () => Effect.flatMap(e, () => loop());\nconst f = () => g();\n\
             const g = () => Effect.suspend(() => f());\nconst all = Effect.all([e, loop(), f()]);\n"
                .to_owned(),
        ];
        for step in steps {
            let start = Instant::now();
            let text = format!(
                "import * as Alchemy from 'alchemy';\nimport {{ D1 }} from 'alchemy/Cloudflare';\n\
                 import * as Effect from 'effect/Effect';\nlet e = D1.Database('db');\n{step}\
                 export default Alchemy.Stack('shop', {{}}, e);\n"
            );
            let report = link(&[parse("a.ts", &text)], "{}");
            assert!(report.contains(r#""kind":"database""#), "{report}");
            assert!(start.elapsed() < Duration::from_secs(20));
        }
    });
}

#[test]
fn a_large_file_is_read() {
    with_stack(|| {
        let line = "const a = { b: [1, 2, `c${d}`], e: () => f(g) };\n";
        all("a.ts", &format!("import 'alchemy';\n{}", line.repeat(10_000)));
        all("a.ts", &format!("import 'alchemy';\nconst a = \"{}\";", "x".repeat(2_000_000)));
    });
}

#[test]
fn long_chains_lose_no_declaration() {
    with_stack(|| {
        let mut facts = vec![parse(
            "m0.ts",
            "import { D1Database } from 'alchemy/cloudflare';\n\
             export const f0 = (id: string) => D1Database(id, { name: 'fixed' });\n",
        )];
        for at in 1..200 {
            let text = format!(
                "import {{ f{0} }} from './m{0}';\nexport const f{at} = (id: string) => f{0}(id);\n",
                at - 1
            );
            facts.push(parse(&format!("m{at}.ts"), &text));
        }
        facts.push(parse("z.ts", "import { f199 } from './m199';\nf199('x');\n"));
        for calls in [10, 23, 24, 25, 199] {
            let mut program: Vec<_> = facts.iter().take(calls + 1).cloned().collect();
            let last = format!("import {{ f{calls} }} from './m{calls}';\nf{calls}('x');\n");
            program.push(parse("z.ts", &last));
            let chain = (1..=calls).map(|at| (format!("m{at}.ts"), at - 1));
            let modules: serde_json::Map<_, _> = chain
                .chain([("z.ts".to_owned(), calls)])
                .map(|(path, at)| (path, json!({ format!("./m{at}"): format!("m{at}.ts") })))
                .collect();
            let options = json!({ "stages": ["prod"], "modules": modules }).to_string();
            let report = link(&program, &options);
            assert!(report.contains("\"kind\":\"database\""), "{calls}: {report}");
            assert!(report.contains("\"code\":\"fixed-name\""), "{calls}: {report}");
        }
    });
}
