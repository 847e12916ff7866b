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
    let digest = Sha256::digest(text.as_bytes());
    let bits = digest.iter().take(5).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let mut out = String::with_capacity(HASH_LEN);
    out.push('0');
    for at in (0..8_u32).rev() {
        let index = (bits >> at.saturating_mul(5)) & 31;
        let letter = usize::try_from(index).ok().and_then(|index| BASE32.get(index));
        out.push(char::from(letter.copied().unwrap_or(b'a')));
    }
    out
}

/// Whether a hyphen-separated part of `text` looks like a hash: `0[a-z2-7]{8}`.
pub(crate) fn has_hash_segment(text: &str) -> bool {
    text.len() >= HASH_LEN && text.as_bytes().split(|byte| *byte == b'-').any(is_hash)
}

/// Whether `segment` is of the form that [`hash`] gives.
pub(crate) fn is_hash(segment: &[u8]) -> bool {
    let [b'0', rest @ ..] = segment else { return false };
    segment.len() == HASH_LEN && rest.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}
