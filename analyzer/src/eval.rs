//! Follows a program without running it: both ways of every branch, every loop once.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use alch_blocks::Kind;

use crate::facts::{
    At, BlockId, Call, Export, Expr, ExprId, Facts, FuncId, Import, Imported, Key, Pattern, Prop,
    Stmt,
};
use crate::modules::{Modules, Target};
use crate::naming;
use crate::value::{
    Closure, Cond, Conds, Known, Library, Object, Part, Resource, Settings, Test, Value, both,
    join, known,
};

/// How many steps one program may take.
const FUEL: u32 = 4_000_000;
/// How deep calls and expressions may go together.
const DEEPEST: u32 = 450;
/// How many calls may be open at a time.
const CALLS: usize = 24;

/// An app, by the call of `alchemy(…)` that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct App {
    pub file: usize,
    pub at: At,
    pub name: Vec<Part>,
    /// What the option `stage` is made of, where it is given.
    pub stage: Option<Value>,
    pub adopt: bool,
}

/// One declaration, as one caller reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    pub file: usize,
    /// The call, an index into the file's expressions.
    pub call: ExprId,
    pub kind: Kind,
    /// The set of blocks; `None` for Alchemy's own functions.
    pub block: Option<Rc<Settings>>,
    pub id: Value,
    pub options: Value,
    pub app: Option<usize>,
    pub scope: Vec<Value>,
    /// The stages in which the program gets there.
    pub when: Conds,
}

/// A use of `physicalName`, whose base has a rule to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameCall {
    pub file: usize,
    pub at: At,
    pub kind: Kind,
    pub base: String,
}

#[derive(Default)]
struct Env {
    parent: Option<usize>,
    vars: HashMap<String, Value>,
    branch: u32,
    conds: usize,
}

/// What a run of statements leads to.
#[derive(Default)]
struct Flow {
    returns: Vec<(Conds, Value)>,
    ends: bool,
}

pub(crate) struct Eval<'p> {
    files: &'p [Facts],
    modules: &'p Modules,
    pub instances: Vec<Instance>,
    pub names: Vec<NameCall>,
    pub apps: Vec<App>,
    /// Whether something was left out because the program is too large.
    pub exhausted: Option<usize>,
    envs: Vec<Env>,
    loaded: HashMap<usize, usize>,
    app: Option<usize>,
    scope: Vec<Value>,
    conds: Conds,
    branch: u32,
    fuel: u32,
    depth: u32,
    calls: Vec<(usize, FuncId)>,
    ran: HashSet<(usize, FuncId)>,
    waiting: Vec<(Rc<Closure>, Option<usize>)>,
}

/// Follows all files, each from where nothing else imports it.
pub(crate) fn follow<'p>(files: &'p [Facts], modules: &'p Modules) -> Eval<'p> {
    let mut eval = Eval {
        files,
        modules,
        instances: Vec::new(),
        names: Vec::new(),
        apps: Vec::new(),
        exhausted: None,
        envs: Vec::new(),
        loaded: HashMap::new(),
        app: None,
        scope: Vec::new(),
        conds: Vec::new(),
        branch: 0,
        fuel: FUEL,
        depth: 0,
        calls: Vec::new(),
        ran: HashSet::new(),
        waiting: Vec::new(),
    };
    let mut seen: HashMap<usize, usize> = HashMap::new();
    let entries = modules.entries();
    for root in entries.into_iter().chain(0..files.len()) {
        if seen.contains_key(&root) {
            continue;
        }
        eval.loaded.clear();
        (eval.app, eval.scope, eval.conds) = (None, Vec::new(), Vec::new());
        let from = eval.instances.len();
        eval.load(root);
        // A module is often imported before `alchemy(…)` is called, and means that app.
        let app = eval.app;
        for instance in eval.instances.iter_mut().skip(from) {
            instance.app = instance.app.or(app);
        }
        seen.extend(eval.loaded.iter().map(|(file, env)| (*file, *env)));
        for (_, waiting) in &mut eval.waiting {
            *waiting = waiting.or(app);
        }
    }
    eval.run_the_rest(seen);
    let mut unique: Vec<Instance> = Vec::new();
    for instance in std::mem::take(&mut eval.instances) {
        if !unique.contains(&instance) {
            unique.push(instance);
        }
    }
    eval.instances = unique;
    eval
}

impl<'p> Eval<'p> {
    fn facts(&self, file: usize) -> Option<&'p Facts> {
        self.files.get(file)
    }

    // --- Modules --------------------------------------------------------------------------------

    /// Runs a module and before it all that it imports, unless they ran; gives its top environment.
    fn load(&mut self, file: usize) -> usize {
        if let Some(env) = self.loaded.get(&file) {
            return *env;
        }
        // By a list of its own: a long chain of imports must not become a deep stack.
        let (mut open, mut seen) = (vec![(file, false)], HashSet::new());
        while let Some((file, done)) = open.pop() {
            if done {
                self.run_module(file);
                continue;
            }
            if self.loaded.contains_key(&file) || !seen.insert(file) {
                continue;
            }
            open.push((file, true));
            let imported = self.static_imports(file).into_iter().rev();
            open.extend(imported.map(|other| (other, false)));
        }
        self.loaded.get(&file).copied().unwrap_or_default()
    }

    fn static_imports(&self, file: usize) -> Vec<usize> {
        let Some(facts) = self.facts(file) else { return Vec::new() };
        let links = facts.links.iter().map(|link| &link.source);
        let exports = facts.exports.iter().filter_map(|export| match export {
            Export::From { source, .. } | Export::Whole { source, .. } | Export::All { source } => {
                Some(source)
            }
            Export::Local { .. } => None,
        });
        let target = |source: &String| match self.modules.resolve(file, source) {
            Target::File(other) => Some(other),
            _ => None,
        };
        links.chain(exports).filter_map(target).collect()
    }

    fn run_module(&mut self, file: usize) {
        if self.loaded.contains_key(&file) {
            return;
        }
        let env = self.new_env(None);
        self.loaded.insert(file, env);
        if let Some(top) = self.facts(file).and_then(|facts| facts.top) {
            let (conds, branch) = (std::mem::take(&mut self.conds), self.branch);
            self.branch = 0;
            self.block(file, top, env);
            (self.conds, self.branch) = (conds, branch);
        }
    }

    fn module(&mut self, file: usize, source: &str) -> Value {
        match self.modules.resolve(file, source) {
            Target::File(other) => {
                self.load(other);
                Value::Module(other)
            }
            Target::Library(library) => Value::Library(library),
            Target::Outside => Value::unknown(format!("`{source}` was not read")),
        }
    }

    fn imported(&mut self, file: usize, link: &Import) -> Value {
        let module = self.module(file, &link.source);
        match &link.what {
            Imported::Whole => module,
            Imported::Nothing => Value::Nil,
            Imported::Named(name) => match module {
                Value::Unknown(_) => Value::unknown(format!(
                    "`{}` comes from `{}`, which was not read",
                    link.local, link.source
                )),
                module => self.member(&module, name),
            },
        }
    }

    fn exported(&mut self, file: usize, name: &str, seen: &mut Vec<usize>) -> Option<Value> {
        if seen.contains(&file) || seen.len() > 50 {
            return None;
        }
        seen.push(file);
        let facts = self.facts(file)?;
        let env = self.load(file);
        let mut all = Vec::new();
        for export in &facts.exports {
            match export {
                Export::Local { name: own, local } if own == name => {
                    return Some(self.lookup(file, env, local));
                }
                Export::From { name: own, source, imported } if own == name => {
                    return match self.module(file, source) {
                        Value::Module(other) => self.exported(other, imported, seen),
                        module => Some(self.member(&module, imported)),
                    };
                }
                Export::Whole { name: own, source } if own == name => {
                    return Some(self.module(file, source));
                }
                Export::All { source } if name != "default" => all.push(source),
                _ => {}
            }
        }
        for source in all {
            let found = match self.module(file, source) {
                Value::Module(other) => self.exported(other, name, seen),
                Value::Library(library) => library_member(library, name),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    // --- Environments ---------------------------------------------------------------------------

    fn new_env(&mut self, parent: Option<usize>) -> usize {
        let (branch, conds) = (self.branch, self.conds.len());
        self.envs.push(Env { parent, vars: HashMap::new(), branch, conds });
        self.envs.len().saturating_sub(1)
    }

    fn bind(&mut self, env: usize, name: &str, value: Value) {
        if let Some(env) = self.envs.get_mut(env) {
            env.vars.insert(name.to_owned(), value);
        }
    }

    fn lookup(&mut self, file: usize, env: usize, name: &str) -> Value {
        let mut at = Some(env);
        while let Some(env) = at.and_then(|at| self.envs.get(at)) {
            if let Some(value) = env.vars.get(name) {
                return value.clone();
            }
            at = env.parent;
        }
        let link = self.facts(file).and_then(|f| f.links.iter().find(|link| link.local == name));
        if let Some(link) = link {
            return self.imported(file, link);
        }
        match name {
            "process" | "Bun" => Value::Known(Known::Process),
            "Deno" => Value::Object(Rc::new(Object {
                props: vec![("env".to_owned(), Value::Known(Known::EnvGet))],
                open: Some("`Deno` has more".to_owned()),
            })),
            "Promise" => Value::Known(Known::Promise),
            "Object" => Value::Known(Known::ObjectClass),
            "String" => Value::Known(Known::Same),
            _ => Value::unknown(format!("nothing is known of `{name}`")),
        }
    }

    fn assign(&mut self, env: usize, name: &str, value: Value) {
        let mut at = Some(env);
        while let Some(index) = at {
            let Some(env) = self.envs.get(index) else { return };
            let Some(old) = env.vars.get(name) else {
                at = env.parent;
                continue;
            };
            let merged = if env.branch == self.branch {
                value
            } else {
                let since: Conds = self.conds.iter().skip(env.conds).cloned().collect();
                let rest = match since.as_slice() {
                    [(stage, holds)] => vec![(stage.clone(), !holds)],
                    _ => Vec::new(),
                };
                if old == &Value::Nil && since.is_empty() {
                    value
                } else {
                    Value::one_of(vec![(rest, old.clone()), (since, value)])
                }
            };
            return self.bind(index, name, merged);
        }
    }

    fn bind_pattern(&mut self, file: usize, env: usize, pattern: &Pattern, value: Value) {
        match pattern {
            Pattern::Skip => {}
            Pattern::Name(name) => self.bind(env, name, value),
            Pattern::Or(inner, other) => {
                let value = match value {
                    Value::Nil => self.expr(file, env, *other),
                    value @ Value::OneOf(_) => {
                        let other = self.expr(file, env, *other);
                        value.map(
                            |case| if *case == Value::Nil { other.clone() } else { case.clone() },
                        )
                    }
                    value => value,
                };
                self.bind_pattern(file, env, inner, value);
            }
            Pattern::Rest(inner) => self.bind_pattern(file, env, inner, value),
            Pattern::Array(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let element = match (&value, part) {
                        (Value::Array(list), Pattern::Rest(_)) => {
                            Value::Array(Rc::new(list.iter().skip(index).cloned().collect()))
                        }
                        (Value::Array(list), _) => list.get(index).cloned().unwrap_or(Value::Nil),
                        _ => Value::unknown("it is taken from a list that is not known"),
                    };
                    self.bind_pattern(file, env, part, element);
                }
            }
            Pattern::Object(parts, rest) => {
                for (key, part) in parts {
                    let taken = match &value {
                        Value::Unknown(reason) => Value::unknown(reason.clone()),
                        value => self.member(&value.clone(), key),
                    };
                    self.bind_pattern(file, env, part, taken);
                }
                if let Some(rest) = rest {
                    let left = match &value {
                        Value::Object(object) => {
                            let taken = |key: &str| parts.iter().any(|(name, _)| name == key);
                            let props = object.props.iter().filter(|(key, _)| !taken(key));
                            Value::Object(Rc::new(Object {
                                props: props.cloned().collect(),
                                open: object.open.clone(),
                            }))
                        }
                        Value::Library(_) | Value::Module(_) | Value::Blocks(_) => value.clone(),
                        _ => Value::unknown(format!("nothing is known of `{rest}`")),
                    };
                    self.bind(env, rest, left);
                }
            }
        }
    }

    // --- Statements -----------------------------------------------------------------------------

    fn spend(&mut self, file: usize) -> bool {
        if self.fuel == 0 || self.depth >= DEEPEST {
            self.exhausted.get_or_insert(file);
            return false;
        }
        self.fuel = self.fuel.saturating_sub(1);
        true
    }

    fn block(&mut self, file: usize, block: BlockId, env: usize) -> Flow {
        let mut flow = Flow::default();
        let Some(facts) = self.facts(file) else { return flow };
        if !self.spend(file) {
            return flow;
        }
        self.depth = self.depth.saturating_add(1);
        let statements = facts.block(block);
        for statement in statements {
            if let Stmt::Func(name, function) = statement {
                let value = self.closure(file, *function, env);
                self.bind(env, name, value);
            }
        }
        let conds = self.conds.clone();
        for statement in statements {
            self.statement(file, env, statement, &mut flow);
        }
        self.conds = conds;
        self.depth = self.depth.saturating_sub(1);
        flow
    }

    /// Runs a block that is reached only in some cases.
    fn branch(&mut self, file: usize, block: BlockId, env: usize, cases: &[Conds]) -> Flow {
        let conds = self.conds.clone();
        if let [only] = cases
            && let Some(all) = both(&self.conds, only)
        {
            self.conds = all;
        }
        self.branch = self.branch.saturating_add(1);
        let inner = self.new_env(Some(env));
        let flow = self.block(file, block, inner);
        self.branch = self.branch.saturating_sub(1);
        self.conds = conds;
        flow
    }

    fn statement(&mut self, file: usize, env: usize, statement: &Stmt, flow: &mut Flow) {
        match statement {
            Stmt::Func(..) => {}
            Stmt::Let(pattern, value) => {
                let value = value.map_or(Value::Nil, |value| self.expr(file, env, value));
                self.bind_pattern(file, env, pattern, value);
            }
            Stmt::Expr(value) => {
                self.expr(file, env, *value);
            }
            Stmt::Return(value) => {
                let value = value.map_or(Value::Nil, |value| self.expr(file, env, value));
                if !flow.ends {
                    flow.returns.push((self.conds.clone(), value));
                }
                flow.ends = true;
            }
            Stmt::Throw(value) => {
                self.expr(file, env, *value);
                flow.ends = true;
            }
            Stmt::Block(block) => {
                let inner = self.new_env(Some(env));
                let inside = self.block(file, *block, inner);
                flow.take(inside, true);
            }
            Stmt::Maybe(block) => {
                let inside = self.branch(file, *block, env, &[]);
                flow.take(inside, false);
            }
            Stmt::Space(name, block, exported) => {
                let inner = self.new_env(Some(env));
                self.block(file, *block, inner);
                let props: Vec<_> = exported
                    .iter()
                    .map(|name| (name.clone(), self.lookup(file, inner, name)))
                    .collect();
                self.bind(env, name, Value::Object(Rc::new(Object { props, open: None })));
            }
            Stmt::Loop(over, block) => self.repeat(file, env, over.as_ref(), *block, flow),
            Stmt::If(test, yes, no) => {
                let value = self.expr(file, env, *test);
                let test = truth(&value);
                let first = self.branch(file, *yes, env, &test.yes);
                let first_ends = first.ends;
                flow.take(first, false);
                let mut second_ends = false;
                if let Some(no) = no {
                    let second = self.branch(file, *no, env, &test.no);
                    second_ends = second.ends;
                    flow.take(second, false);
                }
                flow.ends |= first_ends && second_ends;
                // What follows is reached only by the way that did not end.
                let rest = match (first_ends, second_ends) {
                    (true, false) => &test.no,
                    (false, true) => &test.yes,
                    _ => return,
                };
                if let [only] = rest.as_slice()
                    && let Some(all) = both(&self.conds, only)
                {
                    self.conds = all;
                }
                flow.ends |= rest.is_empty();
            }
        }
    }

    fn repeat(
        &mut self,
        file: usize,
        env: usize,
        over: Option<&(Pattern, ExprId)>,
        block: BlockId,
        flow: &mut Flow,
    ) {
        let elements = match over {
            None => vec![Value::Nil],
            Some((_, value)) => match self.expr(file, env, *value) {
                Value::Array(list) if list.len() <= 64 => list.to_vec(),
                _ => vec![Value::unknown("it is taken from a list that is not known")],
            },
        };
        for element in elements {
            self.branch = self.branch.saturating_add(1);
            let inner = self.new_env(Some(env));
            if let Some((pattern, _)) = over {
                self.bind_pattern(file, inner, pattern, element);
            }
            let inside = self.block(file, block, inner);
            self.branch = self.branch.saturating_sub(1);
            flow.take(inside, false);
        }
    }

    // --- Functions ------------------------------------------------------------------------------

    fn closure(&mut self, file: usize, function: FuncId, env: usize) -> Value {
        let closure = Rc::new(Closure { file, function, env });
        if !self.ran.contains(&(file, function)) {
            self.waiting.push((Rc::clone(&closure), self.app));
        }
        Value::Func(closure)
    }

    /// Calls what nobody calls: a declaration in it is one all the same.
    fn run_the_rest(&mut self, loaded: HashMap<usize, usize>) {
        self.loaded = loaded;
        while !self.waiting.is_empty() {
            for (closure, app) in std::mem::take(&mut self.waiting) {
                if self.ran.contains(&(closure.file, closure.function)) {
                    continue;
                }
                (self.app, self.scope, self.conds) = (app, Vec::new(), Vec::new());
                let before = self.instances.len();
                self.call_closure(&closure, None);
                self.ran.insert((closure.file, closure.function));
                for instance in self.instances.iter_mut().skip(before) {
                    instance.app = instance.app.or(app);
                }
            }
        }
    }

    /// Calls a function with values, or with nothing known of them.
    fn call_closure(&mut self, closure: &Closure, args: Option<Vec<Value>>) -> Value {
        let key = (closure.file, closure.function);
        let Some(function) = self.facts(closure.file).and_then(|f| f.function(closure.function))
        else {
            return Value::Nil;
        };
        let open = self.calls.iter().filter(|one| **one == key).count();
        if open > 1 || self.calls.len() >= CALLS || !self.spend(closure.file) {
            return Value::unknown("a function calls itself, or calls go too deep");
        }
        self.ran.insert(key);
        self.calls.push(key);
        let (outer, branch) = (self.conds.clone(), self.branch);
        let env = self.new_env(Some(closure.env));
        for (index, pattern) in function.params.iter().enumerate() {
            let value = match (&args, pattern) {
                (Some(args), Pattern::Rest(_)) => {
                    Value::Array(Rc::new(args.iter().skip(index).cloned().collect()))
                }
                (Some(args), _) => args.get(index).cloned().unwrap_or(Value::Nil),
                (None, _) => unknown_parameter(pattern),
            };
            self.bind_pattern(closure.file, env, pattern, value);
        }
        let mut flow = self.block(closure.file, function.body, env);
        self.calls.pop();
        self.conds = outer;
        self.branch = branch;
        if !flow.ends {
            flow.returns.push((Vec::new(), Value::Nil));
        }
        let base = self.conds.clone();
        let since = |conds: Conds| conds.into_iter().filter(|cond| !base.contains(cond)).collect();
        match flow.returns.len() {
            1 => flow.returns.pop().map_or(Value::Nil, |(_, value)| value),
            _ => Value::one_of(
                flow.returns.into_iter().map(|(conds, value)| (since(conds), value)).collect(),
            ),
        }
    }

    fn call_value(&mut self, callee: &Value, args: Vec<Value>) -> Value {
        match callee {
            Value::Func(closure) => self.call_closure(&Rc::clone(closure), Some(args)),
            Value::OneOf(cases) => {
                let mut out = Vec::new();
                for (when, case) in cases.iter() {
                    out.push((when.clone(), self.call_value(case, args.clone())));
                }
                Value::one_of(out)
            }
            Value::Known(Known::Same) => args.into_iter().next().unwrap_or(Value::Nil),
            _ => {
                self.call_all(&args);
                Value::unknown("it comes from a function that was not read")
            }
        }
    }

    /// Somebody unknown got these functions, and will call them.
    fn call_all(&mut self, args: &[Value]) {
        for arg in args {
            match arg {
                Value::Func(closure) if !self.calls.contains(&(closure.file, closure.function)) => {
                    self.call_closure(&Rc::clone(closure), None);
                }
                Value::Array(list) => self.call_all(&list.to_vec()),
                Value::Object(object) => {
                    let inside: Vec<_> = object
                        .props
                        .iter()
                        .filter(|(_, value)| matches!(value, Value::Func(_)))
                        .map(|(_, value)| value.clone())
                        .collect();
                    self.call_all(&inside);
                }
                _ => {}
            }
        }
    }

    // --- Expressions ----------------------------------------------------------------------------

    fn expr(&mut self, file: usize, env: usize, id: ExprId) -> Value {
        if !self.spend(file) {
            return Value::unknown("the program is too large to be followed");
        }
        let Some(facts) = self.facts(file) else { return Value::Nil };
        self.depth = self.depth.saturating_add(1);
        let value = self.expr_inside(file, env, id, facts.expr(id));
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn expr_inside(&mut self, file: usize, env: usize, id: ExprId, expr: &'p Expr) -> Value {
        match expr {
            Expr::Nil => Value::Nil,
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Text(text) => Value::text(text),
            Expr::Name(name) => self.lookup(file, env, name),
            Expr::Func(function) => self.closure(file, *function, env),
            Expr::Module(source) => self.module(file, source),
            Expr::Meta => Value::Known(Known::Process),
            Expr::Template(texts, values) => {
                let mut parts = Vec::new();
                let mut values = values.iter();
                for text in texts {
                    parts.push(Value::text(text));
                    if let Some(value) = values.next() {
                        parts.push(self.expr(file, env, *value));
                    }
                }
                concat(parts)
            }
            Expr::Sum(values) => {
                let values = values.iter().map(|value| self.expr(file, env, *value)).collect();
                concat(values)
            }
            Expr::Member(object, key) => {
                let object = self.expr(file, env, *object);
                self.member(&object, key)
            }
            Expr::Index(object, key) => {
                let object = self.expr(file, env, *object);
                let key = self.expr(file, env, *key);
                self.index(&object, &key)
            }
            Expr::Object(props) => self.object(file, env, props),
            Expr::Array(values) => Value::Array(Rc::new(self.list(file, env, values))),
            Expr::Spread(value) => self.expr(file, env, *value),
            Expr::Equal(left, right, not) => {
                let left = self.expr(file, env, *left);
                let right = self.expr(file, env, *right);
                let test = equal(&left, &right);
                Value::Test(Rc::new(if *not { test.not() } else { test }))
            }
            Expr::Not(value) => {
                let value = self.expr(file, env, *value);
                Value::Test(Rc::new(truth(&value).not()))
            }
            Expr::And(left, right) => {
                let left = self.expr(file, env, *left);
                let test = truth(&left);
                let right = self.when(&test.yes, |eval| eval.expr(file, env, *right));
                match (&left, &right) {
                    (Value::Test(_) | Value::Bool(_), Value::Test(_) | Value::Bool(_)) => {
                        Value::Test(Rc::new(test.and(&truth(&right))))
                    }
                    _ => choice(&test, right, Value::Nil),
                }
            }
            Expr::Or(left, right) => {
                let left = self.expr(file, env, *left);
                let right = self.when(&[], |eval| eval.expr(file, env, *right));
                otherwise(&left, &right)
            }
            Expr::Choice(test, yes, no) => {
                let value = self.expr(file, env, *test);
                let test = truth(&value);
                let yes = self.when(&test.yes, |eval| eval.expr(file, env, *yes));
                let no = self.when(&test.no, |eval| eval.expr(file, env, *no));
                choice(&test, yes, no)
            }
            Expr::Assign(name, value) => {
                let value = self.expr(file, env, *value);
                self.assign(env, name, value.clone());
                value
            }
            Expr::Other(values) => {
                let values: Vec<_> =
                    values.iter().map(|value| self.expr(file, env, *value)).collect();
                self.call_all(&values);
                Value::unknown("it is computed in a way that is not followed")
            }
            Expr::Call(call) => self.call(file, env, id, call),
        }
    }

    fn when(&mut self, cases: &[Conds], f: impl FnOnce(&mut Self) -> Value) -> Value {
        let conds = self.conds.clone();
        if let [only] = cases
            && let Some(all) = both(&self.conds, only)
        {
            self.conds = all;
        }
        self.branch = self.branch.saturating_add(1);
        let value = f(self);
        self.branch = self.branch.saturating_sub(1);
        self.conds = conds;
        value
    }

    fn list(&mut self, file: usize, env: usize, values: &[ExprId]) -> Vec<Value> {
        let mut out = Vec::new();
        for id in values {
            let value = self.expr(file, env, *id);
            let spread = self.facts(file).is_some_and(|f| matches!(f.expr(*id), Expr::Spread(_)));
            match value {
                Value::Array(list) if spread => out.extend(list.iter().cloned()),
                _ if spread => {
                    out.push(Value::unknown("it is spread from a list that is not known"))
                }
                value => out.push(value),
            }
        }
        out
    }

    fn object(&mut self, file: usize, env: usize, props: &[Prop]) -> Value {
        let mut object = Object::default();
        for prop in props {
            let value = self.expr(file, env, prop.value);
            match &prop.key {
                Key::Name(name) => object.set(name, value),
                Key::Computed(key) => match self.expr(file, env, *key).known_text() {
                    Some(key) => object.set(&key, value),
                    None => object.open = Some("a key of the options is computed".to_owned()),
                },
                Key::Spread => object.spread(&value),
            }
        }
        Value::Object(Rc::new(object))
    }

    fn index(&mut self, object: &Value, key: &Value) -> Value {
        if let Some(key) = key.known_text() {
            return self.member(object, &key);
        }
        match (object, key) {
            (Value::Object(object), Value::Text(parts)) if parts.as_slice() == [Part::Stage] => {
                let mut cases: Vec<(Conds, Value)> = Vec::new();
                let mut rest: Conds = Vec::new();
                for (name, value) in &object.props {
                    cases.push((vec![(name.clone(), true)], value.clone()));
                    rest.push((name.clone(), false));
                }
                let other = object.open.clone().map_or(Value::Nil, Value::Unknown);
                cases.push((rest, other));
                Value::one_of(cases)
            }
            (Value::Known(Known::Env), _) => {
                Value::unknown("a variable is read by a computed name")
            }
            _ => Value::unknown("it is looked up by a key that is not known"),
        }
    }

    fn member(&mut self, object: &Value, key: &str) -> Value {
        match object {
            Value::OneOf(cases) => {
                let mut out = Vec::new();
                for (when, case) in cases.iter() {
                    out.push((when.clone(), self.member(case, key)));
                }
                Value::one_of(out)
            }
            Value::Object(object) => object.get(key),
            Value::Array(list) => match key.parse::<usize>() {
                Ok(index) => list.get(index).cloned().unwrap_or(Value::Nil),
                Err(_) => Value::Method(Rc::new(Value::Array(Rc::clone(list))), key.to_owned()),
            },
            Value::Text(_) => Value::Method(Rc::new(object.clone()), key.to_owned()),
            Value::Module(file) => self
                .exported(*file, key, &mut Vec::new())
                .unwrap_or_else(|| Value::unknown(format!("no export `{key}` was found"))),
            Value::Library(library) => library_member(*library, key)
                .unwrap_or_else(|| Value::unknown(format!("nothing is known of `{key}`"))),
            Value::Blocks(settings) => {
                block_kind(key).map_or(Value::Nil, |kind| Value::Block(kind, Rc::clone(settings)))
            }
            Value::Scope(depth) => self.scope_member(*depth, key),
            Value::Resource(resource) => match key {
                "name" | "title" | "workflowName" => resource.name.clone(),
                "id" if resource.is_binding => resource.id.clone(),
                _ => {
                    Value::unknown(format!("`{key}` of a resource is known only after the deploy"))
                }
            },
            Value::Known(known) => known_member(*known, key),
            Value::Nil => Value::Nil,
            Value::Unknown(reason) => Value::unknown(reason.clone()),
            _ => Value::unknown(format!("nothing is known of `{key}`")),
        }
    }

    fn scope_member(&self, depth: usize, key: &str) -> Value {
        match key {
            "stage" => Value::Text(vec![Part::Stage]),
            "appName" => Value::Text(vec![Part::App]),
            "name" | "scopeName" => match depth.checked_sub(1) {
                None => Value::Text(vec![Part::App]),
                Some(above) => self
                    .scope
                    .get(above)
                    .cloned()
                    .unwrap_or_else(|| Value::unknown("the scope is not known")),
            },
            "run" => Value::Known(Known::RunHere),
            "root" => Value::Scope(0),
            "parent" => Value::Scope(depth.saturating_sub(1)),
            _ => Value::Method(Rc::new(Value::Scope(depth)), key.to_owned()),
        }
    }

    // --- Calls ----------------------------------------------------------------------------------

    fn call(&mut self, file: usize, env: usize, id: ExprId, call: &'p Call) -> Value {
        let callee = self.expr(file, env, call.callee);
        let args = self.list(file, env, &call.args);
        self.apply(file, id, call, &callee, args)
    }

    fn apply(
        &mut self,
        file: usize,
        id: ExprId,
        call: &'p Call,
        callee: &Value,
        args: Vec<Value>,
    ) -> Value {
        match callee {
            Value::OneOf(cases) => {
                let mut out = Vec::new();
                for (when, case) in cases.iter() {
                    let value = self.when(std::slice::from_ref(when), |eval| {
                        eval.apply(file, id, call, case, args.clone())
                    });
                    out.push((when.clone(), value));
                }
                Value::one_of(out)
            }
            Value::Raw(kind) => self.declare(file, id, *kind, None, args),
            Value::Block(kind, settings) => {
                let set = match args.get(3) {
                    Some(Value::Object(_)) => Rc::new(settings_of(args.get(3))),
                    _ => Rc::clone(settings),
                };
                self.declare(file, id, *kind, Some(set), args)
            }
            Value::Known(known) => self.call_known(*known, file, call, args),
            Value::Method(on, name) => self.call_method(&Rc::clone(on), name, args),
            other => self.call_value(other, args),
        }
    }

    fn declare(
        &mut self,
        file: usize,
        call: ExprId,
        kind: Kind,
        block: Option<Rc<Settings>>,
        args: Vec<Value>,
    ) -> Value {
        let mut args = args.into_iter();
        let instance = Instance {
            file,
            call,
            kind,
            block,
            id: args.next().unwrap_or(Value::Nil),
            options: args.next().unwrap_or(Value::Nil),
            app: self.app,
            scope: self.scope.clone(),
            when: self.conds.clone(),
        };
        let resource = Resource {
            name: naming::as_value(&instance),
            id: instance.id.clone(),
            is_binding: kind.spec().is_class,
            kind,
        };
        self.instances.push(instance);
        Value::Resource(Rc::new(resource))
    }

    fn call_known(&mut self, known: Known, file: usize, call: &Call, args: Vec<Value>) -> Value {
        let first = args.first().cloned().unwrap_or(Value::Nil);
        match known {
            Known::Alchemy => {
                let options = args.get(1).cloned().unwrap_or(Value::Nil);
                let (stage, adopt) = match &options {
                    Value::Object(object) => (object.get("stage"), object.get("adopt")),
                    _ => (Value::Nil, Value::Nil),
                };
                let stage = Some(stage).filter(|stage| *stage != Value::Nil);
                let adopt = adopt == Value::Bool(true);
                let app = App { file, at: call.callee_at, name: first.parts(), stage, adopt };
                let index = self.apps.iter().position(|known| *known == app);
                self.app = Some(index.unwrap_or_else(|| {
                    self.apps.push(app);
                    self.apps.len().saturating_sub(1)
                }));
                let bodies: Vec<_> =
                    args.into_iter().filter(|arg| matches!(arg, Value::Func(_))).collect();
                for body in bodies {
                    self.call_value(&body, vec![Value::Scope(0)]);
                }
                Value::Scope(self.scope.len())
            }
            Known::Run => {
                self.scope.push(first);
                let scope = Value::Scope(self.scope.len());
                let mut value = Value::Nil;
                for body in args.iter().skip(1) {
                    if matches!(body, Value::Func(_)) {
                        value = self.call_value(body, vec![scope.clone()]);
                    }
                }
                self.scope.pop();
                value
            }
            Known::RunHere => match args.iter().find(|arg| matches!(arg, Value::Func(_))) {
                Some(body) => self.call_value(&body.clone(), vec![Value::Scope(self.scope.len())]),
                None => Value::Nil,
            },
            Known::GetScope => Value::Scope(self.scope.len()),
            Known::CreateBlocks => Value::Blocks(Rc::new(settings_of(args.first()))),
            Known::PhysicalName => self.physical_name(file, call, &args),
            Known::StageSlug => match &first {
                Value::Text(parts) if parts.as_slice() == [Part::Stage] => {
                    Value::Text(vec![Part::Slug])
                }
                Value::Text(parts) => match known_slug(parts) {
                    Some(slug) => Value::text(slug),
                    None => Value::Text(parts.clone()),
                },
                _ => Value::unknown("the stage is not known"),
            },
            Known::ResolveStage => Value::Text(vec![Part::Stage]),
            Known::EnvGet => known_member(Known::Env, &first.known_text().unwrap_or_default()),
            Known::PromiseAll | Known::Same => first,
            Known::ScopeClass
            | Known::Process
            | Known::Env
            | Known::Promise
            | Known::ObjectClass => {
                self.call_all(&args);
                Value::unknown("it comes from a function that was not read")
            }
        }
    }

    fn physical_name(&mut self, file: usize, call: &Call, args: &[Value]) -> Value {
        let [kind, base, stage, ..] = args else {
            return Value::unknown("`physicalName` lacks an argument");
        };
        let kind = kind.known_text().and_then(|kind| Kind::parse(&kind));
        let Some(kind) = kind else { return Value::unknown("the kind is not known") };
        let at = call.at;
        base.map(|base| {
            let Some(base) = base.known_text() else {
                return match base {
                    Value::Text(parts) => {
                        Value::Text(join([parts.clone(), dash(), vec![Part::Slug]]))
                    }
                    _ => Value::unknown("the base name is not known"),
                };
            };
            let call = NameCall { file, at, kind, base: base.clone() };
            if !self.names.contains(&call) {
                self.names.push(call);
            }
            match stage {
                Value::Text(parts) if parts.as_slice() == [Part::Stage] => {
                    Value::Text(vec![Part::Law(kind, base)])
                }
                Value::Text(parts) => match known(parts) {
                    Some(stage) => match alch_blocks::physical_name(kind, &base, &stage) {
                        Ok(name) => Value::text(name),
                        Err(error) => Value::unknown(error.to_string()),
                    },
                    None => Value::Text(join([vec![Part::Text(base)], dash(), parts.clone()])),
                },
                _ => Value::unknown("the stage is not known"),
            }
        })
    }

    fn call_method(&mut self, on: &Value, name: &str, args: Vec<Value>) -> Value {
        match (on, name) {
            (Value::Array(list), "map" | "forEach" | "flatMap" | "filter" | "find" | "some") => {
                let Some(body @ Value::Func(_)) = args.first() else {
                    return Value::unknown("it comes from a function that was not read");
                };
                let mut out = Vec::new();
                for (index, element) in list.iter().take(64).enumerate() {
                    let index = Value::text(index.to_string());
                    out.push(self.call_value(body, vec![element.clone(), index]));
                }
                match name {
                    "map" => Value::Array(Rc::new(out)),
                    _ => Value::unknown(format!("`.{name}` is not followed")),
                }
            }
            (Value::Array(list), "join") => {
                let between = match args.first() {
                    None => ",".to_owned(),
                    Some(between) => match between.known_text() {
                        Some(text) => text,
                        None => return Value::unknown("the text between is not known"),
                    },
                };
                let mut parts = Vec::new();
                for element in list.iter() {
                    if !parts.is_empty() {
                        parts.push(Value::text(between.clone()));
                    }
                    parts.push(element.clone());
                }
                concat(parts)
            }
            (Value::Array(list), "includes") => {
                let Some(wanted) = args.first() else { return Value::Bool(false) };
                let tests = list.iter().map(|element| equal(element, wanted));
                Value::Test(Rc::new(tests.fold(Test::known(false), |all, one| all.or(&one))))
            }
            (Value::Text(parts), _) => text_method(parts, name, &args),
            _ => {
                self.call_all(&args);
                Value::unknown(format!("`.{name}` is not followed"))
            }
        }
    }
}

impl Flow {
    fn take(&mut self, inside: Self, always: bool) {
        if !self.ends {
            self.returns.extend(inside.returns);
            self.ends |= inside.ends && always;
        }
    }
}

impl Object {
    pub(crate) fn get(&self, key: &str) -> Value {
        match self.props.iter().find(|(name, _)| name == key) {
            Some((_, value)) => value.clone(),
            None => self.open.clone().map_or(Value::Nil, Value::Unknown),
        }
    }

    fn set(&mut self, key: &str, value: Value) {
        self.props.retain(|(name, _)| name != key);
        self.props.push((key.to_owned(), value));
    }

    fn spread(&mut self, value: &Value) {
        match value {
            Value::Object(other) => {
                if let Some(reason) = &other.open {
                    self.open = Some(reason.clone());
                    // Whatever stood before may be overwritten.
                    for (_, value) in &mut self.props {
                        *value = Value::unknown(reason.clone());
                    }
                }
                for (key, value) in &other.props {
                    self.set(key, value.clone());
                }
            }
            Value::Nil | Value::Bool(_) | Value::Test(_) => {}
            Value::OneOf(cases) => {
                // Each key that some case has may come from there, or be what it was.
                let mut keys: Vec<String> = Vec::new();
                for (_, case) in cases.iter() {
                    match case {
                        Value::Object(object) => {
                            keys.extend(object.props.iter().map(|(key, _)| key.clone()));
                        }
                        Value::Unknown(reason) => self.open = Some(reason.clone()),
                        _ => {}
                    }
                }
                for key in keys {
                    let before = self.get(&key);
                    let value = value.map(|case| match case {
                        Value::Object(object) if object.props.iter().any(|(k, _)| *k == key) => {
                            object.get(&key)
                        }
                        _ => before.clone(),
                    });
                    self.set(&key, value);
                }
            }
            Value::Unknown(reason) => self.mix(reason.clone()),
            _ => self.mix("the options are spread from something that is not followed".to_owned()),
        }
    }

    fn mix(&mut self, reason: String) {
        for (_, value) in &mut self.props {
            *value = Value::unknown(reason.clone());
        }
        self.open = Some(reason);
    }
}

fn dash() -> Vec<Part> {
    vec![Part::Text("-".to_owned())]
}

fn known_slug(parts: &[Part]) -> Option<String> {
    alch_blocks::stage_slug(&known(parts)?).ok()
}

fn settings_of(options: Option<&Value>) -> Settings {
    let Some(Value::Object(object)) = options else { return Settings::default() };
    let prefix = match object.get("prefix") {
        Value::Nil => None,
        value => Some(value.parts()),
    };
    let protect = match object.get("protect") {
        Value::Array(list) => list.iter().map(Value::known_text).collect(),
        _ => None,
    };
    Settings { prefix, protect }
}

fn unknown_parameter(pattern: &Pattern) -> Value {
    match pattern {
        Pattern::Name(name) => {
            Value::unknown(format!("the parameter `{name}` is not known where it is called"))
        }
        Pattern::Or(inner, _) => unknown_parameter(inner),
        _ => Value::unknown("a parameter is not known where it is called"),
    }
}

/// Every text that the values can make together.
fn concat(values: Vec<Value>) -> Value {
    let mut cases: Vec<(Conds, Vec<Vec<Part>>)> = vec![(Vec::new(), Vec::new())];
    for value in values {
        let options = value.cases();
        let mut next = Vec::new();
        for (conds, parts) in &cases {
            for (when, option) in &options {
                let Some(all) = both(conds, when) else { continue };
                let mut parts = parts.clone();
                parts.push(option.parts());
                next.push((all, parts));
            }
        }
        if next.len() > 64 {
            return Value::unknown("it can be too many things");
        }
        cases = next;
    }
    Value::one_of(
        cases.into_iter().map(|(conds, parts)| (conds, Value::Text(join(parts)))).collect(),
    )
}

fn choice(test: &Test, yes: Value, no: Value) -> Value {
    let mut cases = Vec::new();
    cases.extend(test.yes.iter().map(|conds| (conds.clone(), yes.clone())));
    cases.extend(test.no.iter().map(|conds| (conds.clone(), no.clone())));
    Value::one_of(cases)
}

/// `left ?? right` and `left || right`.
fn otherwise(left: &Value, right: &Value) -> Value {
    if matches!(left, Value::Test(_) | Value::Bool(_)) {
        return Value::Test(Rc::new(truth(left).or(&truth(right))));
    }
    let mut out = Vec::new();
    for (when, case) in left.cases() {
        let value = match &case {
            Value::Nil => right.clone(),
            Value::Unknown(reason) if *right != Value::Nil => Value::one_of(vec![
                (Vec::new(), Value::unknown(reason.clone())),
                (Vec::new(), right.clone()),
            ]),
            Value::Text(parts) => match parts.as_slice() {
                [Part::Env(name, None)] => {
                    let default = right.known_text().or_else(|| match right {
                        Value::Text(parts) => match parts.as_slice() {
                            [Part::Env(_, default)] => default.clone(),
                            _ => None,
                        },
                        _ => None,
                    });
                    Value::Text(vec![Part::Env(name.clone(), default)])
                }
                _ => case,
            },
            _ => case,
        };
        out.push((when, value));
    }
    Value::one_of(out)
}

fn truth(value: &Value) -> Test {
    match value {
        Value::Nil => Test::known(false),
        Value::Bool(holds) => Test::known(*holds),
        Value::Test(test) => (**test).clone(),
        Value::Text(parts) => match known(parts) {
            Some(text) => Test::known(!text.is_empty()),
            None if parts.iter().any(is_never_empty) => Test::known(true),
            None => Test::unknown(),
        },
        Value::Unknown(_) | Value::OneOf(_) => Test::unknown(),
        _ => Test::known(true),
    }
}

/// Whether there is text in it whatever the stage: Alchemy always has one, and a name.
fn is_never_empty(part: &Part) -> bool {
    match part {
        Part::Text(text) => !text.is_empty(),
        Part::Stage | Part::Slug | Part::App | Part::Law(..) => true,
        Part::Env(..) | Part::Unknown(_) => false,
    }
}

fn equal(left: &Value, right: &Value) -> Test {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => match (known(left), known(right)) {
            (Some(left), Some(right)) => Test::known(left == right),
            (Some(text), None) if right.as_slice() == [Part::Stage] => Test::stage_is(&text),
            (None, Some(text)) if left.as_slice() == [Part::Stage] => Test::stage_is(&text),
            _ => Test::unknown(),
        },
        (Value::Test(test), Value::Bool(holds)) | (Value::Bool(holds), Value::Test(test)) => {
            let test = (**test).clone();
            if *holds { test } else { test.not() }
        }
        (Value::Bool(left), Value::Bool(right)) => Test::known(left == right),
        (Value::Nil, Value::Nil) => Test::known(true),
        _ => Test::unknown(),
    }
}

fn text_method(parts: &[Part], name: &str, args: &[Value]) -> Value {
    let text = known(parts);
    let first = args.first().and_then(Value::known_text);
    let test =
        |holds: Option<bool>| Value::Test(Rc::new(holds.map_or_else(Test::unknown, Test::known)));
    match (name, text.as_deref(), first.as_deref()) {
        ("toString" | "valueOf", _, _) => Value::Text(parts.to_vec()),
        ("concat", _, _) => {
            let mut values = vec![Value::Text(parts.to_vec())];
            values.extend(args.iter().cloned());
            concat(values)
        }
        ("startsWith", text, first) => test(text.zip(first).map(|(a, b)| a.starts_with(b))),
        ("endsWith", text, first) => test(text.zip(first).map(|(a, b)| a.ends_with(b))),
        ("includes", text, first) => test(text.zip(first).map(|(a, b)| a.contains(b))),
        ("toLowerCase", Some(text), _) => Value::text(text.to_lowercase()),
        ("toUpperCase", Some(text), _) => Value::text(text.to_uppercase()),
        ("trim", Some(text), _) => Value::text(text.trim()),
        ("replace", Some(text), Some(from)) => match args.get(1).and_then(Value::known_text) {
            Some(to) if !to.contains('$') => Value::text(text.replacen(from, &to, 1)),
            _ => Value::unknown("`.replace` is not followed"),
        },
        ("replaceAll", Some(text), Some(from)) => match args.get(1).and_then(Value::known_text) {
            Some(to) if !to.contains('$') => Value::text(text.replace(from, &to)),
            _ => Value::unknown("`.replaceAll` is not followed"),
        },
        _ => {
            // A part of the environment stays one, whatever becomes of its letters.
            if let [Part::Env(..)] = parts {
                return Value::Text(parts.to_vec());
            }
            let what = if parts.contains(&Part::Stage) { "the stage" } else { "it" };
            Value::unknown(format!("{what} is changed by `.{name}`, which is not followed"))
        }
    }
}

fn known_member(known: Known, key: &str) -> Value {
    match (known, key) {
        (Known::Alchemy, "run") => Value::Known(Known::Run),
        (Known::Alchemy, "scope") => Value::Scope(0),
        (Known::Alchemy, "env") => Value::Known(Known::Env),
        (Known::ScopeClass, "current" | "root") => Value::Scope(0),
        (Known::ScopeClass, "getScope") => Value::Known(Known::GetScope),
        (Known::Process, "env") => Value::Known(Known::Env),
        (Known::EnvGet, "get") => Value::Known(Known::EnvGet),
        (Known::Env, key) => Value::Text(vec![Part::Env(key.to_owned(), None)]),
        (Known::Promise, "all") => Value::Known(Known::PromiseAll),
        (Known::Promise, "resolve") | (Known::ObjectClass, "freeze") => Value::Known(Known::Same),
        _ => Value::unknown(format!("nothing is known of `{key}`")),
    }
}

fn library_member(library: Library, key: &str) -> Option<Value> {
    Some(match (library, key) {
        (Library::Alchemy, "default" | "alchemy") => Value::Known(Known::Alchemy),
        (Library::Alchemy, "Scope") => Value::Known(Known::ScopeClass),
        (Library::Cloudflare, key) => Value::Raw(raw_kind(key)?),
        (Library::Blocks, "createBlocks") => Value::Known(Known::CreateBlocks),
        (Library::Blocks, "physicalName") => Value::Known(Known::PhysicalName),
        (Library::Blocks, "stageSlug") => Value::Known(Known::StageSlug),
        (Library::Blocks, "resolveStage") => Value::Known(Known::ResolveStage),
        (Library::Blocks, key) => Value::Block(block_kind(key)?, Rc::default()),
        _ => return None,
    })
}

/// The kind that a function of `alchemy/cloudflare` makes.
pub(crate) fn raw_kind(name: &str) -> Option<Kind> {
    Kind::of_function(name)
}

/// The kind that a block makes.
fn block_kind(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.block() == Some(name))
}

/// Whether a condition says that the stage is one text.
pub(crate) fn names_a_stage(conds: &[Cond]) -> bool {
    conds.iter().any(|(_, holds)| *holds)
}
