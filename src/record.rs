//! Reading the JSON that this program wrote, or that a key vouches for. Nobody is told what is wrong with it, and structs
//! are always objects; the reader of `serde_json`, which knows better, costs several times the code for each struct.

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};
use std::fmt;
use std::slice;

/// Reads a record; `None` when it is something else.
#[must_use]
pub fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    read_value(&serde_json::from_str(json).ok()?)
}

/// The same of a part of one.
#[must_use]
pub fn read_value<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(Record(value)).ok()
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

#[derive(Clone, Copy)]
struct Record<'a>(&'a Value);

impl<'a> Record<'a> {
    fn object(self) -> Result<Members<'a>, Unfit> {
        self.0.as_object().map(Members::of).ok_or(Unfit)
    }

    fn number(self) -> Result<u64, Unfit> {
        self.0.as_u64().ok_or(Unfit)
    }

    fn text(self) -> Result<&'a str, Unfit> {
        self.0.as_str().ok_or(Unfit)
    }
}

impl<'de> Deserializer<'de> for Record<'_> {
    type Error = Unfit;

    /// For what is read as it is, to be looked at later.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match number.as_u64() {
                Some(number) => visitor.visit_u64(number),
                None => visitor.visit_f64(number.as_f64().ok_or(Unfit)?),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unfit)?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_seq(Elements(self.0.as_array().ok_or(Unfit)?.iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self.object()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self.object()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(variant.as_str().into_deserializer()),
            Value::Object(variant) if variant.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::of(variant)))
            }
            _ => Err(Unfit),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Elements<'a>(slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        self.0.next().map(|element| seed.deserialize(Record(element))).transpose()
    }
}

struct Members<'a> {
    left: map::Iter<'a>,
    value: &'a Value,
}

impl<'a> Members<'a> {
    fn of(object: &'a Map<String, Value>) -> Self {
        Self { left: object.iter(), value: &Value::Null }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Name(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        seed.deserialize(Record(self.value))
    }
}

/// The name of a member, which may stand for a number.
struct Name<'a>(&'a str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.0)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_u64(self.0.parse().map_err(|_| Unfit)?)
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
