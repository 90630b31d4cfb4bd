//! Each row of the table of [`judge`], then random sequences of presentations.

use super::*;
