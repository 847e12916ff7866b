//! What the expressions of a program can be, found by following it without running it.
//!
//! [`follow`] walks from the files that no other imports: both ways of every branch, every loop
//! once. It collects declarations and apps in [`Eval`].

mod alchemy2;
mod calls;
mod changes;
mod conditions;
mod consistent;
mod environments;
mod eval;
mod expressions;
mod flow;
mod heap;
mod hosts;
mod library;
mod logic;
mod members;
mod methods;
mod modules;
mod part;
mod places;
mod render;
mod settle;
mod statements;
mod text;
mod value;
mod weight;

pub(crate) use alchemy2::{Store, Unfollowed};
pub(crate) use conditions::{Ask, Conds, Question, Test, both, hold, is_undecided};
pub(crate) use eval::{App, Bound, Eval, Instance, Kept, NameCall, Release, Unmodelled, follow};
pub(crate) use hosts::raw_host;
pub(crate) use library::raw_kind;
pub(crate) use logic::truth_in;
pub(crate) use part::{Change, Part, join, known};
pub(crate) use render::{render, text_in};
pub(crate) use value::{Closure, Known, Library, Object, Resource, Settings, Value, unread};
