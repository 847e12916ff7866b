//! What is kept of one file: a small program without types, spans in UTF-16, ready to be sent
//! between workers.
//!
//! Expressions are in one list and refer to each other by index, so that the depth of a program
//! never becomes depth of JSON.

use serde::{Deserialize, Serialize};

/// Start and end, in UTF-16 code units.
pub(crate) type At = (u32, u32);
/// An index into [`Facts::exprs`].
pub(crate) type ExprId = u32;
/// An index into [`Facts::blocks`].
pub(crate) type BlockId = u32;
/// An index into [`Facts::functions`].
pub(crate) type FuncId = u32;

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub path: String,
    /// The modules that the file names, as written; the only part that the CLI reads.
    pub imports: Vec<String>,
    /// The UTF-16 offset at which each line starts, the first one's 0 left out.
    pub lines: Vec<u32>,
    pub errors: Vec<Fault>,
    pub disables: Vec<Disable>,
    pub links: Vec<Import>,
    pub exports: Vec<Export>,
    pub exprs: Vec<Expr>,
    pub blocks: Vec<Vec<Stmt>>,
    pub functions: Vec<Function>,
    pub top: Option<BlockId>,
}

/// Why a file could not be read, or not as a whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub at: At,
    pub message: String,
    pub help: String,
}

/// A comment `alch-blocks-disable-next-line`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Disable {
    pub at: At,
    /// The line that the comment ends on, 1-based.
    pub line: u32,
    pub codes: Vec<String>,
    pub reason: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Import {
    pub local: String,
    pub source: String,
    pub what: Imported,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Imported {
    Named(String),
    Whole,
    /// Only for its effects.
    Nothing,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Export {
    /// A local binding under a name.
    Local { name: String, local: String },
    /// `export { a as name } from "source"`.
    From { name: String, source: String, imported: String },
    /// `export * as name from "source"`.
    Whole { name: String, source: String },
    /// `export * from "source"`.
    All { source: String },
}

/// The methods that change the list, set or map that they are called on.
pub(crate) const CHANGING: [&str; 13] = [
    "add",
    "clear",
    "copyWithin",
    "delete",
    "fill",
    "pop",
    "push",
    "reverse",
    "set",
    "shift",
    "sort",
    "splice",
    "unshift",
];

/// The local name of `export default …`, which no program can write.
pub(crate) const DEFAULT: &str = "*default*";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Expr {
    Nil,
    Bool(bool),
    Text(String),
    /// Texts and expressions in turn, a text first and last.
    Template(Vec<String>, Vec<ExprId>),
    Name(String),
    Member(ExprId, String),
    Index(ExprId, ExprId),
    Call(Box<Call>),
    /// A chain of `+`.
    Sum(Vec<ExprId>),
    /// `===` and its relatives; the last says whether it is one of `!=`, `!==`.
    Equal(ExprId, ExprId, bool),
    Not(ExprId),
    And(ExprId, ExprId),
    Or(ExprId, ExprId),
    /// `??`.
    Default(ExprId, ExprId),
    /// `key in object`.
    In(ExprId, ExprId),
    /// A regular expression: its flags, a slash, its source.
    Regex(String),
    Choice(ExprId, ExprId, ExprId),
    Object(Vec<Prop>),
    Array(Vec<ExprId>),
    Spread(ExprId),
    Func(FuncId),
    Module(String),
    /// `import.meta`.
    Meta,
    Assign(String, ExprId),
    /// `object.key = value`.
    Put(ExprId, ExprId, ExprId),
    /// `yield*`, and where it is.
    Yield(ExprId, At),
    /// A class that extends an expression, and what is in its body.
    Class(ExprId, Vec<ExprId>),
    /// Anything else: only looked through, for the sake of what is in it.
    Other(Vec<ExprId>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Call {
    pub callee: ExprId,
    pub args: Vec<ExprId>,
    pub at: At,
    /// The callee, as it is written.
    pub callee_at: At,
    pub args_at: Vec<At>,
    pub new: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Prop {
    pub key: Key,
    pub value: ExprId,
    pub at: At,
    pub value_at: At,
    pub shorthand: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Key {
    Name(String),
    Computed(ExprId),
    Spread,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Stmt {
    Let(Pattern, Option<ExprId>),
    /// `var name;`, which keeps the value that the variable has.
    Var(String),
    Expr(ExprId),
    Return(Option<ExprId>),
    Throw(ExprId),
    If(ExprId, BlockId, Option<BlockId>),
    Block(BlockId),
    /// `try`, with `catch` and `finally`.
    Try(BlockId, Option<BlockId>, Option<BlockId>),
    Loop(Loop),
    Switch(ExprId, Vec<Case>),
    /// `break` and `continue`.
    Jump(Jump),
    /// A statement that is no loop, with a label that `break` can name.
    Labelled(String, BlockId),
    Func(String, FuncId),
    /// `namespace Name { … }`, with the names that it exports.
    Space(String, BlockId, Vec<String>),
}

/// Runs zero times or more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Loop {
    /// A pattern that takes elements of the expression.
    pub over: Option<(Pattern, ExprId)>,
    pub body: BlockId,
    /// The variables that are assigned in it.
    pub assigned: Vec<String>,
    /// The objects, lists and maps that are changed in it.
    pub changed: Vec<ExprId>,
    pub labels: Vec<String>,
}

/// Where a `break` or a `continue` goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Jump {
    pub label: Option<String>,
    /// Whether the loop goes on.
    pub again: bool,
}

/// A case of a `switch`: its test, none for `default`, and what it runs.
pub(crate) type Case = (Option<ExprId>, BlockId);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Pattern {
    Skip,
    Name(String),
    /// Keys with what takes their values, and the name of the rest. A computed key is `None`.
    Object(Vec<(Option<String>, Pattern)>, Option<String>),
    Array(Vec<Pattern>),
    Or(Box<Pattern>, ExprId),
    Rest(Box<Pattern>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Function {
    pub params: Vec<Pattern>,
    pub body: BlockId,
    pub at: At,
}

impl Facts {
    pub(crate) fn expr(&self, id: ExprId) -> &Expr {
        usize::try_from(id).ok().and_then(|id| self.exprs.get(id)).unwrap_or(&Expr::Nil)
    }

    pub(crate) fn block(&self, id: BlockId) -> &[Stmt] {
        usize::try_from(id).ok().and_then(|id| self.blocks.get(id)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn function(&self, id: FuncId) -> Option<&Function> {
        usize::try_from(id).ok().and_then(|id| self.functions.get(id))
    }

    /// Line and column of an offset, both from 1.
    pub(crate) fn place(&self, offset: u32) -> (u32, u32) {
        let before = self.lines.partition_point(|start| *start <= offset);
        let start = before.checked_sub(1).and_then(|at| self.lines.get(at)).copied().unwrap_or(0);
        let line = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        (line, offset.saturating_sub(start).saturating_add(1))
    }
}
