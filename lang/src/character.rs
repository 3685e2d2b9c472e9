//! Characters: code points from 0 to 0x10ffff, in one to four bytes.
