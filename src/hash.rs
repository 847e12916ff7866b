//! The hash that stands in names, and how it is recognised.

use sha2::{Digest, Sha256};

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The length of a hash in a name, in characters (all ASCII).
pub(crate) const HASH_LEN: usize = 9;

/// `0` and 40 bits of SHA-256 over the UTF-8 of `text`, in lower-case base32 (RFC 4648).
///
/// `0` is not in the base32 alphabet, so a hash can be told from a word: see
/// [`has_hash_segment`].
pub(crate) fn hash(text: &str) -> String {
    let digest = Sha256::digest(text);
    let bits = digest.iter().take(5).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let letters = (0..8).rev().map(|at| char::from(BASE32[(bits >> (5 * at)) as usize & 31]));
    std::iter::once('0').chain(letters).collect()
}

/// Whether a hyphen-separated part of `text` looks like a hash: `0[a-z2-7]{8}`.
pub(crate) fn has_hash_segment(text: &str) -> bool {
    text.split('-').any(is_hash)
}

fn is_hash(segment: &str) -> bool {
    let letters = segment.strip_prefix('0');
    letters.is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|byte| BASE32.contains(&byte)))
}
