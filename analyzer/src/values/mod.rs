//! What the expressions of a program can be, found by following it without running it.
//!
//! [`follow`] walks from the files that no other imports: both ways of every branch, every loop
//! once. It collects declarations and apps in [`Eval`].

mod alchemy2;
mod calls;
mod changes;
mod conditions;
mod environments;
mod eval;
mod expressions;
mod flow;
mod heap;
mod library;
mod logic;
mod members;
mod methods;
mod modules;
mod places;
mod render;
mod settle;
mod statements;
mod text;
mod value;

pub(crate) use alchemy2::Unfollowed;
pub(crate) use conditions::{Ask, Conds, Question, Test, both, hold};
pub(crate) use eval::{App, Eval, Instance, NameCall, Release, follow};
pub(crate) use library::raw_kind;
pub(crate) use render::{render, text_in};
pub(crate) use value::{
    Change, Closure, Known, Library, Made, Object, Part, Resource, Settings, Value, join, known,
    unread,
};
