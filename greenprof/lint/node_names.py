"""The libcst nodes that a rule may visit, by name: rules are checked without importing libcst."""

from __future__ import annotations

_NAMES = """
Add AddAssign And AnnAssign Annotation Arg Assert Assign AssignTarget Asynchronous Attribute AugAssign Await
BinaryOperation BitAnd BitAndAssign BitInvert BitOr BitOrAssign BitXor BitXorAssign BooleanOperation Break Call
ClassDef CompFor CompIf Comparison ComparisonTarget ConcatenatedString Continue Decorator Del Dict DictComp
DictElement Divide DivideAssign Element Ellipsis Else Equal ExceptHandler ExceptStarHandler Expr Finally Float
FloorDivide FloorDivideAssign For FormattedString FormattedStringExpression FormattedStringText From FunctionDef
GeneratorExp Global GreaterThan GreaterThanEqual If IfExp Imaginary Import ImportAlias ImportFrom ImportStar In
IndentedBlock Index Integer Is IsNot Lambda LeftShift LeftShiftAssign LessThan LessThanEqual List ListComp Match
MatchAs MatchCase MatchClass MatchKeywordElement MatchList MatchMapping MatchMappingElement MatchOr MatchOrElement
MatchSequenceElement MatchSingleton MatchStar MatchTuple MatchValue MatrixMultiply MatrixMultiplyAssign Minus Modulo
ModuloAssign Multiply MultiplyAssign Name NameItem NamedExpr Nonlocal Not NotEqual NotIn Or Param ParamSpec Parameters
Pass Plus Power PowerAssign Raise Return RightShift RightShiftAssign Set SetComp SimpleStatementLine
SimpleStatementSuite SimpleString Slice StarredDictComp StarredDictElement StarredElement Subscript SubscriptElement
Subtract SubtractAssign Try TryStar Tuple TypeAlias TypeParam TypeParameters TypeVar TypeVarTuple UnaryOperation While
With WithItem Yield
"""
NODE_NAMES = frozenset(_NAMES.split())
