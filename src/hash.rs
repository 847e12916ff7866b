//! The hash that stands in names, and how it is recognised.

use sha2::block_api::compress256;

use crate::text::push_ascii;

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The length of a hash in a name, in characters (all ASCII).
pub(crate) const HASH_LEN: usize = 9;

/// Writes `0` and 40 bits of SHA-256 over the UTF-8 of `text`, in lower-case base32 (RFC 4648).
///
/// `0` is not in the base32 alphabet, so a hash can be told from a word: see
/// [`has_hash_segment`].
pub(crate) fn push_hash(out: &mut String, text: &str) {
    let [high, low, ..] = sha256(text.as_bytes());
    let bits = (u64::from(high) << 8) | u64::from(low >> 24);
    push_ascii(out, b'0');
    for at in (0..8_u32).rev() {
        let letter = BASE32.get((bits >> at.saturating_mul(5)) as usize & 31);
        push_ascii(out, letter.copied().unwrap_or(b'a'));
    }
}

/// What SHA-256 begins with (FIPS 180-4, 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256, as words.
///
/// Only the compression is the library's: its digests for text that comes in portions, and in any
/// of six lengths, take as much of the module again.
fn sha256(bytes: &[u8]) -> [u32; 8] {
    let mut state = START;
    let (blocks, rest) = bytes.as_chunks::<64>();
    compress256(&mut state, blocks);
    // A one, zeros, and the length in bits (5.1.1): in one block more, or two.
    let mut end = [0; 128];
    for (to, from) in end.iter_mut().zip(rest) {
        *to = *from;
    }
    if let Some(mark) = end.get_mut(rest.len()) {
        *mark = 0x80;
    }
    let size = if rest.len() < 56 { 64 } else { 128 };
    let last = end.get_mut(..size).unwrap_or_default();
    if let Some(length) = last.last_chunk_mut() {
        *length = (bytes.len() as u64).wrapping_mul(8).to_be_bytes();
    }
    compress256(&mut state, last.as_chunks().0);
    state
}

/// Whether a hyphen-separated part of `text` looks like a hash: `0[a-z2-7]{8}`.
pub(crate) fn has_hash_segment(text: &str) -> bool {
    text.len() >= HASH_LEN && text.as_bytes().split(|byte| *byte == b'-').any(is_hash)
}

/// Whether `segment` is of the form that [`push_hash`] gives.
fn is_hash(segment: &[u8]) -> bool {
    let [b'0', rest @ ..] = segment else { return false };
    segment.len() == HASH_LEN && rest.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::sha256;

    #[test]
    fn padding_is_the_librarys() {
        for length in 0..300 {
            let text = vec![b'x'; length];
            let bytes: Vec<u8> = sha256(&text).iter().flat_map(|word| word.to_be_bytes()).collect();
            assert_eq!(bytes, Sha256::digest(&text).as_slice(), "of {length} bytes");
        }
    }
}
