//! Names of other languages for numbers, texts and tests of values.

use super::absent::{Absent, Shape, absent};
use vm::context::CORE;

/// The names.
pub const NAMES: &[Absent] = absent! {
    false, CORE;
    Call "odd? oddp odd": "`mod` tells odd from even", "(= 1 (mod n 2))" with "n 3" gives "true";
    Call "even? evenp even": "`mod` tells odd from even", "(zero? (mod n 2))" with "n 4" gives "true";
    Call "pos? positive? plusp pos-int?": "numbers are compared", "(> n 0)" with "n 3" gives "true";
    Call "neg? negative? minusp neg-int?": "numbers are compared", "(< n 0)" with "n -3" gives "true";
    Call "nat-int? natural?": "numbers are compared", "(and (int? n) (>= n 0))" with "n 3" gives "true";
    Call "zerop": "`zero?` asks for zero", "(zero? 0)" gives "true";
    Call "some? any? not-nil? present?": "`nil?` asks for `nil`",
        "(not (nil? x))" with "x 1" gives "true";
    Call "null? nilp null-list? endp":
        "`nil?` asks for `nil`, and `empty?` also for what has no elements",
        "(empty? x)" with "x []" gives "true";
    Call "true?": "`=` compares with `true`", "(= true x)" with "x 1" gives "false";
    Call "false?": "`=` compares with `false`", "(= false x)" with "x nil" gives "false";
    Call "string? stringp text?": "`str?` asks for strings", "(str? \"a\")" gives "true";
    Call "integerp fixnum? exact-integer? bignum? bigint?": "`int?` asks for integers",
        "(int? 7)" gives "true";
    Call "float? floatp real? realp rational? ratio? decimal? flonum? inexact?":
        "`double?` asks for doubles", "(double? 0.5)" gives "true";
    Call "numberp complex? num?": "`number?` asks for numbers", "(number? 0.5)" gives "true";
    Call "infinite? inf?": "`##Inf` is a number like others", "(= ##Inf (/ 1 0))" gives "true";
    Call "NaN? isNaN": "`nan?` asks for `##NaN`", "(nan? ##NaN)" gives "true";
    Call "NaN nan": "it is written `##NaN`", "(nan? ##NaN)" gives "true";
    Call "Infinity inf infinity": "it is written `##Inf`", "(> ##Inf 1)" gives "true";
    Call "character? characterp": "`char` leaves characters as they are",
        "(try (= x (char x)) false)" with "x \\a" gives "true";
    Call "symbolp": "`symbol?` asks for symbols", "(symbol? 'a)" gives "true";
    Call "keywordp": "`keyword?` asks for keywords", "(keyword? :a)" gives "true";
    Call "listp cons? seq?": "`list?` asks for lists", "(list? '(1))" gives "true";
    Call "pair? consp": "`empty?` tells a list with elements from one without",
        "(and (list? x) (not (empty? x)))" with "x '(1)" gives "true";
    Call "atom?": "`coll?` asks for collections", "(not (coll? 1))" gives "true";
    Call "sequential? seqable? sequence? sequencep": "`vector?` and `list?` ask for sequences",
        "(or (vector? x) (list? x))" with "x [1]" gives "true";
    Call "vectorp array?": "`vector?` asks for vectors", "(vector? [1])" gives "true";
    Call "hash-table? hash-table-p associative? dict? hash-map? record? object?": "`map?` asks for maps",
        "(map? {:a 1})" gives "true";
    Call "counted? countable": "`countable?` asks whether `count` works",
        "(countable? \"ab\")" gives "true";
    Call "collection?": "`coll?` asks for collections", "(coll? [1])" gives "true";
    Call "bytes? bytevector?": "`blob?` asks for blobs", "(blob? 0x01)" gives "true";
    Call "bool? booleanp": "`boolean?` asks for `true` and `false`", "(boolean? false)" gives "true";
    Call "procedure? function? functionp ifn? procedure callable compiled-function-p":
        "`fn?` asks for functions", "(fn? inc)" gives "true";
    Call "contract? is-actor? is-contract?": "`actor?` asks for accounts without a key",
        "(actor? #9)" gives "true";
    Call "blank? str-empty? string-null?": "`empty?` asks whether a string has no bytes",
        "(empty? \"\")" gives "true";
    Call "type class typeof type-of class-of instance? isa? kind-of?":
        "predicates such as `str?` and `int?` ask for a type", "(str? \"a\")" gives "true";
    Call "is-eq boolean=? symbol=? identical? eq? eqv? equal? eq eql equal equalp string= string=? \
            char=? equals === is? same?": "`=` asks whether values are equal",
        "(= [1 \"a\"] [1 \"a\"])" gives "true";
    Call "not= <> ne neq not-equal not-eq? !==": "`not` and `=` ask whether values differ",
        "(not (= 1 2))" gives "true";
    Call "compare cmp": "`<` and `>` compare numbers",
        "(cond (< a b) -1 (> a b) 1 0)" with "a 1 b 2" gives "-1";
    Call "&&": "`and` goes on while tests hold", "(and true false)" gives "false";
    Call "!": "`not` turns a test around", "(not false)" gives "true";
    Call "nand nor": "`not` turns a test around", "(not (and true false))" gives "true";
    Call "xor": "two truths are compared",
        "(not (= (boolean a) (boolean b)))" with "a 1 b nil" gives "true";
    Call "bigint biginteger bigdec integer num exact inexact->exact truncate trunc rationalize to-int \
            parse-number int64": "`int` gives an integer", "(int 2.7)" gives "2";
    Call "float exact->inexact inexact to-double": "`double` gives a double", "(double 1)" gives "1.0";
    Call "bool": "`boolean` gives `true` or `false`", "(boolean 1)" gives "true";
    Call "parse-long parse-int parse-integer parse-double string->number str->int read-string \
            string->int": "nothing reads text: digits are numbers by their codes",
        "(reduce (fn [n c] (+ (* 10 n) (- (int c) 48))) 0 (vec \"42\"))" gives "42";
    Call "% %1 %2 %3 %& modulo": "a function names its parameters, and `mod` gives remainders",
        "(map (fn [x] (mod x 2)) [1 2 3])" gives "[1 0 1]";
    Call "remainder": "`rem` gives the remainder of `quot`", "(rem 7 3)" gives "1";
    Call "quotient floor-quotient": "`quot` divides without a rest", "(quot 7 2)" gives "3";
    Call "divmod": "`quot` and `rem` divide", "[(quot 7 2) (rem 7 2)]" gives "[3 1]";
    Call "expt power ** raise-to": "`pow` raises to a power, as a double", "(pow 2 10)" gives "1024.0";
    Call "square sqr": "a number is multiplied with itself", "(* n n)" with "n 3" gives "9";
    Call "cube": "a number is multiplied with itself", "(* n n n)" with "n 3" gives "27";
    Call "isqrt exact-integer-sqrt": "`sqrt` gives a double", "(int (sqrt 16))" gives "4";
    Call "round": "`floor` rounds down, so half is added first",
        "(int (floor (+ 0.5 n)))" with "n 1.6" gives "2";
    Call "ceiling": "`ceil` rounds up", "(ceil 1.2)" gives "2.0";
    Call "sign sgn": "`signum` gives the sign", "(signum -3)" gives "-1";
    Call "negate neg": "`-` with one argument negates", "(- 3)" gives "-3";
    Call "plus add1 succ incr increment ++": "`inc` gives the next integer", "(inc 1)" gives "2";
    Call "sub1 pred decr decrement --": "`dec` gives the integer before", "(dec 1)" gives "0";
    Call "minus subtract": "`-` subtracts", "(- 3 1)" gives "2";
    Call "times multiply mul": "`*` multiplies", "(* 2 3)" gives "6";
    Call "divide": "`/` divides into a double", "(/ 1 2)" gives "0.5";
    Call "gcd lcm": "a `loop` computes it",
        "(loop [a a b b] (if (zero? b) a (recur b (mod a b))))" with "a 12 b 18" gives "6";
    Call "factorial fact !n": "a `loop` computes it",
        "(loop [i 5 p 1] (if (zero? i) p (recur (dec i) (* p i))))" gives "120";
    Call "sin cos tan asin acos atan atan2 sinh cosh tanh ln log10 log2 cbrt hypot":
        "of such functions there are `exp`, `sqrt` and `pow`", "(sqrt 4)" gives "2.0";
    Call "pi PI Math":
        "numbers such as pi are written out, and `abs`, `sqrt`, `pow`, `floor` and `ceil` need no \
            prefix", "(* 2 3.141592653589793)" gives "6.283185307179586";
    Call "bit-shift-left << shl shift-left": "a power of two multiplies",
        "(* 5 (int (pow 2 3)))" gives "40";
    Call "bit-shift-right >> >>> shr shift-right unsigned-bit-shift-right ash arithmetic-shift":
        "a power of two divides", "(quot 40 (int (pow 2 3)))" gives "5";
    Call "logand bitwise-and bit-test bit-and-not &": "`bit-and` combines bits",
        "(bit-and 6 3)" gives "2";
    Call "logior bitwise-or bit-set": "`bit-or` combines bits", "(bit-or 6 3)" gives "7";
    Call "logxor bitwise-xor bit-flip": "`bit-xor` combines bits", "(bit-xor 6 3)" gives "5";
    Call "lognot bitwise-not bit-clear": "`bit-not` turns bits around", "(bit-not 0)" gives "-1";
    Call "sha3 sha3-256 sha-3 hash-code hashCode sxhash hash-of": "`hash` gives the SHA3-256 of a blob",
        "(count (hash (encoding :a)))" gives "32";
    Call "sha-256 sha2": "`sha256` gives the hash of a blob", "(count (sha256 0x01))" gives "32";
    Call "keccak keccak-256": "`keccak256` gives the hash of a blob",
        "(count (keccak256 0x01))" gives "32";
    Call "subs substring substr string-slice": "`slice` gives a part of a string",
        "(slice \"hello\" 1 3)" gives "\"el\"";
    Call "string-append string-concat strcat concat-string string to-string toString number->string \
            concatenate": "`str` makes a string of values", "(str \"n = \" 1)" gives "\"n = 1\"";
    Call "format printf sprintf cl-format string-format": "`str` puts texts and values together",
        "(str \"n = \" 1)" gives "\"n = 1\"";
    Call "pr-str prn-str print-str write-to-string repr write-string inspect object->string":
        "`print` gives the text that reads back", "(print \"a\")" gives "\"\\\"a\\\"\"";
    Call "println pr prn print-line display newline write write-line puts echo console.log println! \
            displayln princ prin1 fprintf":
        "`log` adds to the log of the transaction, and the value of a form is shown",
        "(log \"n\" 1)" gives "[\"n\" 1]";
    Call "string-join str-join": "`join` puts a text between strings",
        "(join [\"a\" \"b\"] \\,)" gives "\"a,b\"";
    Call "string-split str-split split-string split-lines": "`split` cuts a string",
        "(split \"a,b\" \\,)" gives "[\"a\" \"b\"]";
    Call "replace str-replace string-replace substitute replace-all": "`split` and `join` replace",
        "(join (split \"a-b\" \\-) \\+)" gives "\"a+b\"";
    Call "starts-with? string-prefix? starts-with prefix?": "`slice` gives the beginning to compare",
        "(= \"ab\" (slice s 0 2))" with "s \"abc\"" gives "true";
    Call "ends-with? string-suffix? ends-with suffix?": "`slice` gives the end to compare",
        "(= \"bc\" (slice s (- (count s) 2)))" with "s \"abc\"" gives "true";
    Call "upper-case string-upcase uppercase to-upper char-upcase upcase toUpperCase capitalize":
        "characters are changed by their codes",
        "(apply str (map (fn [c] (if (<= 97 (int c) 122) (char (- (int c) 32)) c)) (vec s)))"
        with "s \"ab\"" gives "\"AB\"";
    Call "lower-case string-downcase lowercase to-lower char-downcase downcase toLowerCase":
        "characters are changed by their codes",
        "(apply str (map (fn [c] (if (<= 65 (int c) 90) (char (+ (int c) 32)) c)) (vec s)))"
        with "s \"AB\"" gives "\"ab\"";
    Call "trim triml trimr string-trim": "`slice` leaves out the ends",
        "(slice s 1 (dec (count s)))" with "s \" a \"" gives "\"a\"";
    Call "re-find re-matches re-seq re-pattern regex string-match":
        "there are no regular expressions, but `split`", "(split \"a,b\" \\,)" gives "[\"a\" \"b\"]";
    Call "string->symbol intern make-symbol": "`symbol` makes a symbol", "(symbol \"a\")" gives "a";
    Call "symbol->string keyword->string symbol-name": "`name` gives the text of a name",
        "(name :a)" gives "\"a\"";
    Call "string->keyword": "`keyword` makes a keyword", "(keyword \"a\")" gives ":a";
    Call "namespace": "a name has one part", "(name 'a)" gives "\"a\"";
    Call "string->list string->vector chars to-chars explode": "`vec` gives the characters of a string",
        "(vec \"ab\")" gives "[\\a \\b]";
    Call "list->string vector->string": "`str` joins characters", "(apply str [\\a \\b])" gives "\"ab\"";
    Call "char->integer char-code ord char-int codepoint": "`int` gives the code of a character",
        "(int \\a)" gives "97";
    Call "integer->char code-char chr int->char": "`char` makes a character", "(char 97)" gives "\\a";
    Call "Integer Long Double String Boolean Object Character Number":
        "there are no classes: functions such as `int`, `double` and `str` make values",
        "(str 1)" gives "\"1\"";
    Call "clojure.string clojure.set clojure.core clojure.walk": "functions of the core need no prefix",
        "(join [\"a\" \"b\"] \\,)" gives "\"a,b\"";
    Call "uint uint256 int256 u128 i64 u64": "integers have any size", "(int 7)" gives "7";
    Call "hex->bytes hex bytes->hex from-hex": "`blob` reads hexadecimal digits",
        "(blob \"cafe\")" gives "0xcafe";
};
