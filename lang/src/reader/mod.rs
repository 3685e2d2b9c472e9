//! The reader: text to forms (CAD026, CAD032).
