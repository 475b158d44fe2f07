//! Random numbers that are the same on every platform (splitmix64).

/// Dice of one case.
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of a case: neighbouring numbers have nothing in common.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut dice = Self(seed);
        let start = dice.next() ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(start)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.roll(256) as u8
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }
}
