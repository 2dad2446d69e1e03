"""The columnar form of judgements and rankings: rows of (document, value), one row a query."""

from retrieval_checks.data.postings.arrays import (
    BoolArray as BoolArray,
)
from retrieval_checks.data.postings.arrays import (
    DocArray as DocArray,
)
from retrieval_checks.data.postings.arrays import (
    FloatArray as FloatArray,
)
from retrieval_checks.data.postings.arrays import (
    IntArray as IntArray,
)
from retrieval_checks.data.postings.arrays import (
    read_only as read_only,
)
from retrieval_checks.data.postings.arrays import (
    unstacked as unstacked,
)
from retrieval_checks.data.postings.arrays import (
    vector as vector,
)
from retrieval_checks.data.postings.ids import (
    FLOAT_ID as FLOAT_ID,
)
from retrieval_checks.data.postings.ids import (
    CheckedIds as CheckedIds,
)
from retrieval_checks.data.postings.ids import (
    are_ids as are_ids,
)
from retrieval_checks.data.postings.ids import (
    check_id as check_id,
)
from retrieval_checks.data.postings.ids import (
    check_ids as check_ids,
)
from retrieval_checks.data.postings.ids import (
    first_duplicate as first_duplicate,
)
from retrieval_checks.data.postings.ids import (
    id_text as id_text,
)
from retrieval_checks.data.postings.ids import (
    places_in as places_in,
)
from retrieval_checks.data.postings.rows import (
    check_rows as check_rows,
)
from retrieval_checks.data.postings.rows import (
    rank_order as rank_order,
)
from retrieval_checks.data.postings.rows import (
    row_blocks as row_blocks,
)
from retrieval_checks.data.postings.rows import (
    row_numbers as row_numbers,
)
from retrieval_checks.data.postings.rows import (
    take_rows as take_rows,
)
from retrieval_checks.data.postings.tables import (
    as_number as as_number,
)
from retrieval_checks.data.postings.tables import (
    frame_to_dict as frame_to_dict,
)
from retrieval_checks.data.postings.tables import (
    intern as intern,
)
from retrieval_checks.data.postings.tables import (
    packed as packed,
)
