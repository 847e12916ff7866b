//! stub
use crate::{eval::Eval, facts::Facts, report::{Declared, Options}};
pub(crate) fn migrations(_: &[Facts], _: &Eval<'_>, _: &Options, _: &mut [Declared]) {}
