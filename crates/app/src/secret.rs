//! Secrets: random tokens, and the hashes under which they are stored.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};

/// 32 random bytes of the operating system's generator as text for addresses and cookies.
pub fn token() -> String {
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The hash under which a token is stored: tokens have 256 random bits, so a fast hash is enough.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_hashes_do_not() {
        assert_ne!(token(), token());
        assert_eq!(token().len(), 43);
        assert_eq!(token_hash("a"), token_hash("a"));
    }
}
