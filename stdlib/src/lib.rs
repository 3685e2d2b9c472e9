//! The core library, in Convex Lisp.
