//! Believable rows for any id, the same for everyone.

use super::{Row, RowKey, TableId, Value};

/// First names from around the world, each with its form in an address. User 42 is Ada.
const PEOPLE: [(&str, &str); 56] = [
    ("Amara", "amara"),
    ("Björn", "bjorn"),
    ("Chiara", "chiara"),
    ("Đorđe", "dorde"),
    ("Élodie", "elodie"),
    ("Farah", "farah"),
    ("Giorgos", "giorgos"),
    ("Hana", "hana"),
    ("Ifeoma", "ifeoma"),
    ("João", "joao"),
    ("Kateryna", "kateryna"),
    ("Linh", "linh"),
    ("Mateo", "mateo"),
    ("Noor", "noor"),
    ("Oluwaseun", "oluwaseun"),
    ("Priya", "priya"),
    ("Quentin", "quentin"),
    ("Rania", "rania"),
    ("Søren", "soren"),
    ("Tamar", "tamar"),
    ("Uğur", "ugur"),
    ("Valentina", "valentina"),
    ("Wanjiku", "wanjiku"),
    ("Ximena", "ximena"),
    ("Yuki", "yuki"),
    ("Zsófia", "zsofia"),
    ("Aroha", "aroha"),
    ("Bolormaa", "bolormaa"),
    ("Chukwudi", "chukwudi"),
    ("Dilnoza", "dilnoza"),
    ("Eero", "eero"),
    ("Fatou", "fatou"),
    ("Gulnara", "gulnara"),
    ("Hamid", "hamid"),
    ("Ingrid", "ingrid"),
    ("Jia", "jia"),
    ("Kwame", "kwame"),
    ("Leilani", "leilani"),
    ("Minh", "minh"),
    ("Nayeli", "nayeli"),
    ("Omar", "omar"),
    ("Ada", "ada"),
    ("Paweł", "pawel"),
    ("Rosa", "rosa"),
    ("Siobhán", "siobhan"),
    ("Tariq", "tariq"),
    ("Ülkü", "ulku"),
    ("Vikram", "vikram"),
    ("Wei", "wei"),
    ("Xoan", "xoan"),
    ("Yara", "yara"),
    ("Zoltán", "zoltan"),
    ("Anahit", "anahit"),
    ("Beatriz", "beatriz"),
    ("Dawit", "dawit"),
    ("Emeka", "emeka"),
];

const QUALITIES: [&str; 12] = [
    "Folding", "Enamel", "Linen", "Copper", "Walnut", "Travel", "Ceramic", "Wool", "Solar", "Pocket", "Glass", "Canvas",
];

const THINGS: [&str; 17] = [
    "Lamp", "Teapot", "Notebook", "Kettle", "Stool", "Umbrella", "Vase", "Blanket", "Radio", "Compass", "Carafe",
    "Backpack", "Clock", "Bowl", "Tray", "Mirror", "Basket",
];

/// The life of an order, which then starts again as another purchase would.
pub(super) const STATUSES: [&str; 6] = ["pending", "paid", "packed", "shipped", "delivered", "returned"];

/// The row with this key as it was before any write: version 0.
pub fn row(key: RowKey) -> Row {
    match key.table {
        TableId::Users => user(key, 0, u64::from(key.id.wrapping_sub(1))),
        TableId::Products => product(key),
        TableId::Orders => order(key),
    }
}

/// The rows with ids from 1 to `count` of one table.
pub fn rows(table: TableId, count: u32) -> impl Iterator<Item = Row> {
    (1..=count).map(move |id| row(RowKey { table, id }))
}

/// A user whose name is the one at this place of the list, which repeats.
pub(super) fn user(key: RowKey, version: u64, place: u64) -> Row {
    let (name, handle) = pick(&PEOPLE, place).copied().unwrap_or_default();
    // Names repeat, addresses must not: only the user whose place in the list it is goes without a number.
    let email = if place.checked_add(1) == Some(u64::from(key.id)) && place < people() {
        format!("{handle}@example.com")
    } else {
        format!("{handle}.{}@example.com", key.id)
    };
    Row::trusted(key, version, [Value::text(name), Value::text(email)])
}

fn product(key: RowKey) -> Row {
    let place = u64::from(key.id.wrapping_sub(1));
    let quality = pick(&QUALITIES, place).copied().unwrap_or_default();
    let thing = pick(&THINGS, place).copied().unwrap_or_default();
    let draw = mix(key, 0);
    let name = Value::text(format!("{quality} {thing}"));
    let stock = Value::Integer(whole(5, draw >> 32, 120));
    Row::trusted(key, 0, [name, Value::Cents(price(draw)), stock])
}

fn order(key: RowKey) -> Row {
    let draw = mix(key, 0);
    // As many users as orders, or more, is what runs are seeded with; each order then belongs to somebody.
    let user = Value::Integer(whole(1, draw >> 40, u64::from(key.id.max(1))));
    let total = Value::Cents(whole(1_200, draw, 40_000));
    let status = pick(&STATUSES, draw >> 20).copied().unwrap_or_default();
    Row::trusted(key, 0, [user, total, Value::text(status)])
}

/// A price in cents that ends as prices in shops do.
pub(super) fn price(draw: u64) -> i64 {
    let ending = pick(&[99, 49, 90, 0, 50], draw >> 16).copied().unwrap_or_default();
    whole(4, draw, 145) * 100 + ending
}

/// The item at this place of a list that repeats for ever.
pub(super) fn pick<T>(list: &[T], place: u64) -> Option<&T> {
    let length = (list.len() as u64).max(1);
    list.get((place % length) as usize)
}

/// A whole number of a range of this many from `least` on.
pub(super) fn whole(least: i64, draw: u64, many: u64) -> i64 {
    least + (draw % many.max(1)) as i64
}

/// Bits that look random and depend on nothing but the row and the version: the finalizer of SplitMix64.
pub(super) fn mix(key: RowKey, version: u64) -> u64 {
    let place = (u64::from(key.id) << 2) | key.table as u64;
    let mut bits = place.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ version.wrapping_mul(0xD1B5_4A32_D192_ED03);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// How many names there are.
pub(super) fn people() -> u64 {
    PEOPLE.len() as u64
}

/// The place of a name in the list, if it is one of them.
pub(super) fn place_of(name: &str) -> Option<u64> {
    PEOPLE.iter().position(|(known, _)| *known == name).map(|place| place as u64)
}
