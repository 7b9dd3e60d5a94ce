//! As much JSON as `cargo metadata` needs.

use std::collections::BTreeMap;

/// A value of JSON; numbers, booleans and null are not told apart.
#[derive(Debug, PartialEq)]
pub enum Json {
    Object(BTreeMap<String, Json>),
    List(Vec<Json>),
    Text(String),
    Other,
}

impl Json {
    /// Reads a document.
    pub fn read(text: &str) -> Json {
        Reader { rest: text }.value()
    }

    /// The value of a key; a missing one is [`Json::Other`].
    pub fn get(&self, key: &str) -> &Json {
        match self {
            Json::Object(members) => members.get(key).unwrap_or(&Json::Other),
            _ => &Json::Other,
        }
    }

    /// The values of a list; none if it is no list.
    pub fn list(&self) -> &[Json] {
        if let Json::List(values) = self { values } else { &[] }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// The next sign that is not white space.
    fn peek(&mut self) -> char {
        self.rest = self.rest.trim_start();
        self.rest.chars().next().expect("a document that goes on")
    }

    fn take(&mut self) -> char {
        let sign = self.rest.chars().next().expect("a document that goes on");
        self.rest = &self.rest[sign.len_utf8()..];
        sign
    }

    fn value(&mut self) -> Json {
        match self.peek() {
            '{' => self.object(),
            '[' => self.array(),
            '"' => Json::Text(self.string()),
            _ => {
                let end = self.rest.find([',', '}', ']']).unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
                Json::Other
            }
        }
    }

    fn object(&mut self) -> Json {
        let mut members = BTreeMap::new();
        self.take();
        while self.peek() != '}' {
            let key = self.string();
            assert_eq!(self.peek(), ':');
            self.take();
            members.insert(key, self.value());
            self.comma();
        }
        self.take();
        Json::Object(members)
    }

    fn array(&mut self) -> Json {
        let mut values = Vec::new();
        self.take();
        while self.peek() != ']' {
            values.push(self.value());
            self.comma();
        }
        self.take();
        Json::List(values)
    }

    fn comma(&mut self) {
        if self.peek() == ',' {
            self.take();
        }
    }

    /// A text; escaped signs beyond `\\`, `\"` and `\/` lose their backslash only.
    fn string(&mut self) -> String {
        assert_eq!(self.peek(), '"');
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                '"' => return text,
                '\\' => text.push(self.take()),
                sign => text.push(sign),
            }
        }
    }
}

#[test]
fn a_document_is_read() {
    let json = Json::read(r#" {"a": [1, "x\"y", {"b": null}], "c": {}, "d": true} "#);
    assert_eq!(json.get("a").list()[1].text(), Some("x\"y"));
    assert_eq!(json.get("a").list()[2].get("b"), &Json::Other);
    assert_eq!(json.get("c").list(), []);
    assert_eq!(json.get("d").get("e").text(), None);
}
