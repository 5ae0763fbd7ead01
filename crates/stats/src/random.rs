/// SplitMix64: one 64-bit word of state, the same stream on every machine. Not for secrets.
///
/// Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, OOPSLA.
pub(crate) struct SplitMix64(u64);

#[allow(
    dead_code,
    reason = "the parts that draw normals and streams are being built"
)]
impl SplitMix64 {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Stream number `index` of `seed`: draw `index` of a bootstrap is the same whichever thread makes it.
    pub(crate) fn stream(seed: u64, index: u64) -> Self {
        let mut mix = Self(seed ^ index.wrapping_mul(0xD134_2543_DE82_EF95));
        Self(mix.next())
    }

    /// Uniform on [0, 1), in steps of 2⁻⁵³.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal, by the polar method; the second value is thrown away so that the stream stays simple.
    pub(crate) fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// A whole number below `n`; its bias, n in 2⁶⁴, is far below what resampling can show.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_published_stream() {
        // Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567.
        let mut random = SplitMix64::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| random.next()), expected);
    }
}
