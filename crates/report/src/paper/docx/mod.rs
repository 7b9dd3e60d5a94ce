//! A document as DOCX (ECMA-376, WordprocessingML), with the measures of Decree 30/2020/NĐ-CP.
//!
//! Written here because the DOCX libraries at hand cannot repeat a table's header on each page
//! (docs/decisions/0002-dependencies.md). The same document gives the same bytes: entries bear the
//! first day that ZIP knows, properties no day at all.

mod body;
mod page;

use super::{Block, Paper};
use crate::ReportError;
use crate::svg::escape;
use phantuyen_words::Lang;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The document as the bytes of a DOCX file.
///
/// # Errors
/// [`ReportError::Package`] when the parts cannot be packed.
pub(crate) fn docx(paper: &Paper) -> Result<Vec<u8>, ReportError> {
    let pictures: Vec<&[u8]> = paper
        .sections
        .iter()
        .flat_map(|section| &section.blocks)
        .filter_map(|block| match block {
            Block::Picture(picture) => Some(picture.png.as_slice()),
            _ => None,
        })
        .collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, bytes: &[u8]| -> Result<(), ReportError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        zip.start_file(name, options).map_err(|fault| ReportError::Package(fault.to_string()))?;
        zip.write_all(bytes).map_err(|fault| ReportError::Package(fault.to_string()))
    };
    part("[Content_Types].xml", content_types().as_bytes())?;
    part("_rels/.rels", package_relations().as_bytes())?;
    part("docProps/core.xml", core(paper).as_bytes())?;
    part("word/document.xml", body::document(paper).as_bytes())?;
    part("word/_rels/document.xml.rels", document_relations(pictures.len()).as_bytes())?;
    part("word/styles.xml", styles(paper.lang).as_bytes())?;
    part("word/settings.xml", settings().as_bytes())?;
    part("word/header1.xml", page::numbered_header().as_bytes())?;
    part("word/header2.xml", page::empty_header().as_bytes())?;
    for (place, png) in pictures.iter().enumerate() {
        part(&format!("word/media/picture{}.png", place + 1), png)?;
    }
    let packed = zip.finish().map_err(|fault| ReportError::Package(fault.to_string()))?;
    Ok(packed.into_inner())
}

fn content_types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let part = |name: &str, kind: &str| {
        format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{word}.{kind}+xml\"/>")
    };
    let rels = "application/vnd.openxmlformats-package.relationships+xml";
    let core = "application/vnd.openxmlformats-package.core-properties+xml";
    format!(
        "{XML}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"{rels}\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"png\" ContentType=\"image/png\"/>\
         {}{}{}{}{}<Override PartName=\"/docProps/core.xml\" ContentType=\"{core}\"/></Types>",
        part("document", "document.main"),
        part("styles", "styles"),
        part("settings", "settings"),
        part("header1", "header"),
        part("header2", "header"),
    )
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>")
}

fn package_relations() -> String {
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    format!(
        "{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{}{}</Relationships>",
        relation("rId1", &format!("{RELATIONS}/officeDocument"), "word/document.xml"),
        relation("rId2", &core, "docProps/core.xml"),
    )
}

fn document_relations(pictures: usize) -> String {
    let parts = [
        ("rStyles", "styles", "styles.xml"),
        ("rSettings", "settings", "settings.xml"),
        ("rNumbered", "header", "header1.xml"),
        ("rEmpty", "header", "header2.xml"),
    ];
    let mut all: String = parts
        .iter()
        .map(|(id, kind, target)| relation(id, &format!("{RELATIONS}/{kind}"), target))
        .collect();
    for number in 1..=pictures {
        let (id, target) = (format!("rPicture{number}"), format!("media/picture{number}.png"));
        all.push_str(&relation(&id, &format!("{RELATIONS}/image"), &target));
    }
    format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
}

fn core(paper: &Paper) -> String {
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:description>{}</dc:description><dc:language>{}</dc:language></cp:coreProperties>",
        escape(&paper.title),
        escape(&paper.author),
        escape(&paper.provenance),
        language(paper.lang),
    )
}

fn styles(lang: Lang) -> String {
    let font = "w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" \
                w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"";
    let size = super::BODY_PT * 2;
    format!(
        "{XML}<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts {font}/><w:color w:val=\"000000\"/><w:sz w:val=\"{size}\"/>\
         <w:szCs w:val=\"{size}\"/><w:lang w:val=\"{}\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault><w:pPr><w:spacing w:after=\"0\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr>\
         </w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">\
         <w:name w:val=\"Normal\"/></w:style></w:styles>",
        language(lang)
    )
}

fn settings() -> String {
    format!(
        "{XML}<w:settings xmlns:w=\"{MAIN}\"><w:defaultTabStop w:val=\"567\"/>\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" \
         w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}

fn language(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "vi-VN",
        Lang::En => "en-GB",
    }
}
