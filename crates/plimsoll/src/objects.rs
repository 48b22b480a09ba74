//! The objects that a source in S3 is: which there are, and how their names say their format.

use steps::{FileHash, Source, SourceObject};
use workload::{Format, Workload};

use crate::client::Aws;
use crate::client::s3::Listed;
use crate::failure::{Failure, chain};
use crate::project::{Content, SourceFile};

/// An object of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataObject {
    /// `s3://bucket/key`.
    uri: String,
    /// Its name below the prefix, under which a job finds it.
    name: String,
    etag: String,
    bytes: u64,
}

impl DataObject {
    /// Its address.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// Its name below the prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What it is to a job.
    pub(crate) fn object(&self) -> SourceObject {
        SourceObject {
            uri: self.uri.clone(),
            etag: self.etag.clone(),
        }
    }

    /// What it is to the key of a step: its address and its tag, which is another one once its content is.
    pub(crate) fn file(&self) -> SourceFile {
        let identity = FileHash::of(format!("{}\n{}", self.uri, self.etag).as_bytes());
        SourceFile {
            source: Source {
                name: self.name.clone(),
                sha256: identity.sha256,
                bytes: self.bytes,
            },
            content: Content::Held(Vec::new()),
        }
    }
}

/// Looks for the objects of a workload's source; none where it lies in files.
pub(crate) async fn find(aws: &Aws, workload: &Workload) -> Result<Vec<DataObject>, Failure> {
    let Some((bucket, prefix)) = workload.data.object() else {
        return Ok(Vec::new());
    };
    let listed = aws.list_objects(bucket, prefix).await.map_err(|error| {
        Failure::input(format!(
            "cannot list `s3://{bucket}/{prefix}`: {}",
            chain(&error)
        ))
        .code("P0502")
    })?;
    choose(&listed, bucket, prefix, workload.data.format)
}

/// The object of that very key, else those below the prefix in the order of their keys.
pub(crate) fn choose(
    listed: &[Listed],
    bucket: &str,
    prefix: &str,
    format: Format,
) -> Result<Vec<DataObject>, Failure> {
    let object = |listed: &Listed, name: &str| DataObject {
        uri: format!("s3://{bucket}/{}", listed.key),
        name: name.to_owned(),
        etag: listed.etag.clone(),
        bytes: listed.bytes,
    };
    if let Some(only) = listed
        .iter()
        .find(|listed| listed.key == prefix && !prefix.ends_with('/'))
    {
        let name = prefix.rsplit('/').next().unwrap_or(prefix);
        return Ok(vec![object(only, name)]);
    }
    let folder = match prefix {
        "" => String::new(),
        prefix => format!("{}/", prefix.trim_end_matches('/')),
    };
    let mut chosen = Vec::new();
    for listed in listed {
        let Some(name) = listed.key.strip_prefix(&folder) else {
            continue;
        };
        let last = name.rsplit('/').next().unwrap_or(name);
        // Marks of folders, and what writers leave beside their data.
        if last.is_empty() || last.starts_with(['_', '.']) {
            continue;
        }
        let said = Format::of_name(name).unwrap_or(Format::Csv);
        if said != format {
            return Err(Failure::input(format!(
                "`s3://{bucket}/{}` is {said} by its name, and the source is {format}",
                listed.key
            ))
            .code("P0502")
            .hint(format!(
                "say `format: {said}` under `data`, or name a prefix of files of one format"
            )));
        }
        chosen.push(object(listed, name));
    }
    if chosen.is_empty() {
        return Err(
            Failure::input(format!("no object lies below `s3://{bucket}/{folder}`")).code("P0502"),
        );
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(keys: &[&str]) -> Vec<Listed> {
        keys.iter()
            .map(|key| Listed {
                key: (*key).to_owned(),
                etag: format!("\"{}\"", key.len()),
                bytes: 9,
            })
            .collect()
    }

    fn names(keys: &[&str], prefix: &str, format: Format) -> Result<Vec<(String, String)>, String> {
        choose(&listed(keys), "lake", prefix, format)
            .map(|objects| {
                objects
                    .into_iter()
                    .map(|object| (object.uri, object.name))
                    .collect()
            })
            .map_err(|failure| failure.message)
    }

    #[test]
    fn an_object_or_all_below_a_prefix_are_chosen() {
        let pair = |uri: &str, name: &str| (format!("s3://lake/{uri}"), name.to_owned());
        let keys = ["a/b.csv", "a/b.csv.old"];
        assert_eq!(
            names(&keys, "a/b.csv", Format::Csv),
            Ok(vec![pair("a/b.csv", "b.csv")])
        );
        let keys = [
            "a/",
            "a/_SUCCESS",
            "a/1.parquet",
            "a/x/2.parquet",
            "ab/3.csv",
        ];
        for prefix in ["a", "a/"] {
            assert_eq!(
                names(&keys, prefix, Format::Parquet),
                Ok(vec![
                    pair("a/1.parquet", "1.parquet"),
                    pair("a/x/2.parquet", "x/2.parquet")
                ])
            );
        }
        assert_eq!(
            names(&keys, "a", Format::Csv).unwrap_err(),
            "`s3://lake/a/1.parquet` is parquet by its name, and the source is csv"
        );
        assert_eq!(
            names(&[], "z", Format::Csv).unwrap_err(),
            "no object lies below `s3://lake/z/`"
        );
    }

    #[test]
    fn another_tag_is_another_identity() {
        let of = |etag: &str| {
            let mut one = listed(&["a"]);
            one[0].etag = etag.to_owned();
            choose(&one, "lake", "a", Format::Csv).unwrap()[0]
                .file()
                .source
        };
        assert_ne!(of("x").sha256, of("y").sha256);
        assert_eq!(of("x"), of("x"));
    }
}
