//! From values to places in a drawing.

/// A span of values on an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
    from: f64,
    to: f64,
}

impl Scale {
    /// The values from the least to the greatest are drawn from `from` to `to`; logarithmically if their range is wide and
    /// they are all positive.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone, may_be_logarithmic: bool, from: f64, to: f64) -> Self {
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = if low.is_finite() { (low, high) } else { (0.0, 1.0) };
        let logarithmic = may_be_logarithmic && low > 0.0 && high / low > 12.0;
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, logarithmic, from, to }
    }

    /// The same with zero in it.
    pub(super) fn with_zero(mut self) -> Self {
        if !self.logarithmic {
            self.low = self.low.min(0.0);
        }
        self
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            libm::log(value.max(self.low) / self.low) / libm::log(self.high / self.low)
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.from + crate::decimal::within(share, 0.0, 1.0) * (self.to - self.from)
    }

    /// Round values on the axis, few of them.
    pub(super) fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let first = libm::floor(libm::log10(self.low)) as i32;
            let last = libm::ceil(libm::log10(self.high)) as i32;
            let powers = (first..=last).map(|power| libm::pow(10.0, f64::from(power)));
            let steps: &[f64] = if last - first > 3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
            let ticks = powers.flat_map(|power| steps.iter().map(move |step| step * power));
            return ticks.filter(|tick| *tick >= self.low * 0.999 && *tick <= self.high * 1.001).collect();
        }
        let rough = (self.high - self.low) / 5.0;
        let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = libm::ceil(self.low / step) as i64;
        (first..first + 12).map(|number| number as f64 * step).take_while(|tick| *tick <= self.high * 1.0001).collect()
    }
}

/// A number with as many digits as people read.
#[must_use]
pub fn short(value: f64) -> String {
    let size = value.abs();
    if size >= 1e6 {
        return format!("{} M", short(value / 1e6));
    }
    if size >= 1e4 {
        return format!("{} k", short(value / 1e3));
    }
    let digits = match size {
        _ if size >= 100.0 || size == 0.0 => 0,
        _ if size >= 10.0 => 1,
        _ if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
