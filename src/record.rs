//! Reading JSON into types: what this program wrote or a key vouches for, of which nobody is told what is wrong with it,
//! and what others sent, of which they are. Structs are always objects. The reader of `serde_json`, which knows more
//! forms and tells of numbers to the last digit, costs several times the code for each struct.

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer as _, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};
use std::fmt;
use std::marker::PhantomData;
use std::slice;

/// Reads a record; `None` when it is something else.
#[must_use]
pub fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    read_value(&serde_json::from_str(json).ok()?)
}

/// The same of a part of one.
#[must_use]
pub fn read_value<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(Record::<Unfit>::of(value)).ok()
}

/// Reads what somebody sent.
///
/// # Errors
/// What is wrong with it.
pub fn interpret<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    T::deserialize(Record::<Fault>::of(value)).map_err(|Fault(fault)| fault)
}

/// Whether a text, as JSON, has nothing in it but what was written again from what was read of it: no member more, and none
/// twice. The order of members and white space between them do not matter. For what has no white space in its strings.
#[must_use]
pub fn is_all_of(written: &str, text: &str) -> bool {
    written.len() == text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count()
}

/// The members of an object; `None` when it is something else.
#[must_use]
pub fn object(json: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(json).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// It is something else.
#[derive(Debug)]
struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not such a record")
    }
}

impl std::error::Error for Unfit {}

impl Error for Unfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// What is wrong with it.
#[derive(Debug)]
struct Fault(String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(fault: T) -> Self {
        Self(fault.to_string())
    }

    // Serde's own text brings the formatting of floating-point numbers, 6 KB of the Worker.
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("is {}, not {expected}", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match found {
            Unexpected::Str(text) => Self(format!("is {text:?}, not {expected}")),
            found => Self::invalid_type(found, expected),
        }
    }
}

fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Str(_) => "a string",
        Unexpected::Seq => "an array",
        Unexpected::Unit => "null",
        _ => "an object",
    }
}

struct Record<'a, E>(&'a Value, PhantomData<E>);

impl<'a, E: Error> Record<'a, E> {
    const fn of(value: &'a Value) -> Self {
        Self(value, PhantomData)
    }

    fn object(&self, expected: &dyn Expected) -> Result<Members<'a, E>, E> {
        self.0.as_object().map(Members::of).ok_or_else(|| self.unfit(expected))
    }

    fn number(&self, expected: &dyn Expected) -> Result<u64, E> {
        self.0.as_u64().ok_or_else(|| self.unfit(expected))
    }

    fn text(&self, expected: &dyn Expected) -> Result<&'a str, E> {
        self.0.as_str().ok_or_else(|| self.unfit(expected))
    }

    fn unfit(&self, expected: &dyn Expected) -> E {
        let found = match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Float(0.0),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        E::invalid_type(found, expected)
    }
}

impl<'de, E: Error> Deserializer<'de> for Record<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let value = self.0.as_bool().ok_or_else(|| self.unfit(&visitor))?;
        visitor.visit_bool(value)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let number = self.number(&visitor)?;
        visitor.visit_u64(number)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let number = self.number(&visitor)?;
        visitor.visit_u64(number)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let text = self.text(&visitor)?;
        visitor.visit_str(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let elements = self.0.as_array().ok_or_else(|| self.unfit(&visitor))?;
        visitor.visit_seq(Elements(elements.iter(), PhantomData))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let members = self.object(&visitor)?;
        visitor.visit_map(members)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, E> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(variant.as_str().into_deserializer()),
            Value::Object(variant) if variant.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::of(variant)))
            }
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Elements<'a, E>(slice::Iter<'a, Value>, PhantomData<E>);

impl<'de, E: Error> SeqAccess<'de> for Elements<'_, E> {
    type Error = E;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, E> {
        self.0.next().map(|element| seed.deserialize(Record::of(element))).transpose()
    }
}

struct Members<'a, E> {
    left: map::Iter<'a>,
    value: Record<'a, E>,
}

impl<'a, E: Error> Members<'a, E> {
    fn of(object: &'a Map<String, Value>) -> Self {
        Self { left: object.iter(), value: Record::of(&Value::Null) }
    }
}

impl<'de, E: Error> MapAccess<'de> for Members<'_, E> {
    type Error = E;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, E> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = Record::of(value);
        seed.deserialize(Name(name, PhantomData)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, E> {
        seed.deserialize(Record::of(self.value.0))
    }
}

/// The name of a member, which may stand for a number.
struct Name<'a, E>(&'a str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Name<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_str(self.0)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let unfit = |_| E::invalid_value(Unexpected::Str(self.0), &visitor);
        let number = self.0.parse().map_err(unfit)?;
        visitor.visit_u64(number)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sorted::SortedMap;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Sample {
        name: String,
        until: Option<u64>,
        #[serde(default)]
        on: bool,
        list: Vec<Kind>,
        uses: SortedMap<u32, Whole>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Whole(u64);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Named(String),
        Wide { until: u64 },
    }

    #[test]
    fn what_is_written_is_read() {
        let mut uses = SortedMap::new();
        uses.insert(7, Whole(u64::MAX));
        let list = vec![Kind::Plain, Kind::Named("x\"y".to_owned()), Kind::Wide { until: 1 }];
        let sample = Sample { name: "é".to_owned(), until: Some(0), on: true, list, uses };
        assert_eq!(read(&serde_json::to_string(&sample).unwrap()), Some(sample));
    }

    #[test]
    fn what_is_absent_or_unknown_does_no_harm_where_it_may_be_so() {
        let least = r#"{"name": "", "list": [], "uses": {}, "until": null, "later": [{"x": 1.5}]}"#;
        assert_eq!(read(least), Some(Sample::default()));
    }

    #[test]
    fn what_is_wrong_with_what_was_sent_is_told() {
        let whole = |name: Value, list: Value, uses: Value| {
            let more = serde_json::json!([1.5, -1, null, true]);
            serde_json::json!({"name": name, "until": 1, "list": list, "uses": uses, "more": more})
        };
        let json = serde_json::json!({"name": "a", "list": ["plain"], "uses": {}});
        assert!(interpret::<Sample>(&json).is_ok());
        for (sent, fault) in [
            (whole(1.into(), Vec::<u8>::new().into(), Value::Null), "is a number, not a string"),
            (whole("".into(), 1.5.into(), Value::Null), "is a number, not a sequence"),
            (whole("".into(), true.into(), Value::Null), "is a boolean, not a sequence"),
            (whole("".into(), "x".into(), Value::Null), "is a string, not a sequence"),
            (whole("".into(), Vec::<u8>::new().into(), Value::Null), "is null, not an object"),
            (whole("".into(), Vec::<u8>::new().into(), vec![1].into()), "is an array, not an object"),
            (Value::Null, "is null, not struct Sample"),
            (serde_json::json!({"list": [], "uses": {}}), "missing field `name`"),
            (
                serde_json::json!({"name": "", "list": ["x"]}),
                "unknown variant `x`, expected one of `plain`, `named`, `wide`",
            ),
        ] {
            assert_eq!(interpret::<Sample>(&sent), Err(fault.to_owned()), "{sent}");
        }
        // Whatever it is, as it is.
        let sent = whole(Value::Null, Value::Null, Value::Null);
        assert_eq!(interpret::<Value>(&sent), Ok(sent));
    }

    #[test]
    fn only_an_object_has_members() {
        assert_eq!(object(r#"{"a": 1}"#).unwrap().len(), 1);
        for wrong in ["", "{", "[]", "null", "1", "\"{}\"", "{}x"] {
            assert_eq!(object(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let least = |name: &str, list: &str, uses: &str| format!(r#"{{"name":{name},"list":{list},"uses":{uses}}}"#);
        assert!(read::<Sample>(&least("\"\"", "[]", "{}")).is_some());
        for wrong in [
            "",
            "null",
            "[]",
            r#"["", null, true, [], {}]"#,
            r#"{"list": [], "uses": {}}"#,
            &least("null", "[]", "{}"),
            &least("1", "[]", "{}"),
            &least("\"\"", "{}", "{}"),
            &least("\"\"", "[\"other\"]", "{}"),
            &least("\"\"", "[\"named\"]", "{}"),
            &least("\"\"", "[{\"named\": 1}]", "{}"),
            &least("\"\"", "[{\"named\": \"a\", \"plain\": null}]", "{}"),
            &least("\"\"", "[]", "{\"x\": 1}"),
            &least("\"\"", "[]", "{\"4294967296\": 1}"),
            &least("\"\"", "[]", "{\"1\": -1}"),
            &least("\"\"", "[]", "{\"1\": 1.0}"),
            &(least("\"\"", "[]", "{}") + "x"),
        ] {
            assert_eq!(read::<Sample>(wrong), None, "{wrong}");
        }
    }
}
