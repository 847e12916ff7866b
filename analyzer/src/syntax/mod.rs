//! Reads one file and keeps what matters: [`facts::Facts`], which can be sent between threads.

mod assignments;
mod declarations;
pub(crate) mod depth;
mod expressions;
pub(crate) mod facts;
mod functions;
pub(crate) mod lower;
mod modules;
pub(crate) mod scan;
pub(crate) mod source;
mod statements;
