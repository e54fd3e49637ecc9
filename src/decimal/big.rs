//! Just enough arithmetic on big natural numbers to read and print extended floating point numbers exactly.

/// A natural number of any size, its least significant digits first; no zeros at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Big(Vec<u32>);

impl Big {
    pub(crate) fn new(value: u64) -> Big {
        let mut big = Big(vec![value as u32, (value >> 32) as u32]);
        big.trim();
        big
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// Multiplies by `factor` and adds `addend`.
    pub(crate) fn multiply_add(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for digit in &mut self.0 {
            let product = u64::from(*digit) * u64::from(factor) + carry;
            *digit = product as u32;
            carry = product >> 32;
        }
        self.0.push(carry as u32);
        self.trim();
    }

    /// Divides by `divisor`, which is not 0; the remainder is returned.
    pub(crate) fn divide(&mut self, divisor: u32) -> u32 {
        let mut remainder = 0;
        for digit in self.0.iter_mut().rev() {
            let dividend = remainder << 32 | u64::from(*digit);
            *digit = (dividend / u64::from(divisor)) as u32;
            remainder = dividend % u64::from(divisor);
        }
        self.trim();
        remainder as u32
    }

    /// How many binary digits the number has.
    pub(crate) fn bits(&self) -> u32 {
        self.0.last().map_or(0, |top| self.0.len() as u32 * 32 - top.leading_zeros())
    }

    pub(crate) fn shift_left(&mut self, bits: u32) {
        let mut carry = 0;
        let small = bits % 32;
        if small > 0 {
            for digit in &mut self.0 {
                let moved = *digit << small | carry;
                carry = *digit >> (32 - small);
                *digit = moved;
            }
            self.0.push(carry);
            self.trim();
        }
        if !self.is_zero() {
            self.0.splice(0..0, std::iter::repeat_n(0, (bits / 32) as usize));
        }
    }

    fn bit(&self, index: u32) -> bool {
        self.0.get((index / 32) as usize).is_some_and(|digit| digit >> (index % 32) & 1 == 1)
    }

    fn any_bit_below(&self, index: u32) -> bool {
        let whole = (index / 32) as usize;
        let rest = self.0.get(whole).is_some_and(|digit| digit & ((1u32 << (index % 32)) - 1) != 0);
        rest || self.0.iter().take(whole).any(|&digit| digit != 0)
    }

    /// Divides by a power of two and rounds to the nearest number, halves to the even one. `more` tells that the true
    /// number is a little greater.
    pub(crate) fn shift_right_rounding(&mut self, bits: u32, more: bool) {
        if bits == 0 {
            return;
        }
        let half = self.bit(bits - 1);
        let beyond_half = more || self.any_bit_below(bits - 1);
        let whole = ((bits / 32) as usize).min(self.0.len());
        self.0.drain(..whole);
        let small = bits % 32;
        if small > 0 {
            let mut carry = 0;
            for digit in self.0.iter_mut().rev() {
                let moved = *digit >> small | carry;
                carry = *digit << (32 - small);
                *digit = moved;
            }
        }
        self.trim();
        if half && (beyond_half || self.bit(0)) {
            self.multiply_add(1, 1);
        }
    }

    /// The number that two halves of 64 bits make.
    pub(crate) fn of_u128(value: u128) -> Big {
        let mut big = Big((0..4).map(|index| (value >> (32 * index)) as u32).collect());
        big.trim();
        big
    }

    /// The number if it fits 64 bits, else its lowest 64 bits.
    pub(crate) fn low_u64(&self) -> u64 {
        let digit = |index: usize| u64::from(self.0.get(index).copied().unwrap_or_default());
        digit(1) << 32 | digit(0)
    }

    /// The decimal digits.
    pub(crate) fn decimal(mut self) -> String {
        let mut groups = Vec::new();
        while !self.is_zero() {
            groups.push(self.divide(1_000_000_000));
        }
        let Some(first) = groups.pop() else { return "0".to_owned() };
        let mut out = first.to_string();
        for group in groups.into_iter().rev() {
            out.push_str(&format!("{group:09}"));
        }
        out
    }
}
