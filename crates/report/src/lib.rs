//! Pages out of records: one self-contained HTML file, charts as SVG.
