"""What can be batched or paged about loyalty programs and their promotions."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import strawberry

from gateway.areas.loyalty_programs.endpoints import (
    LIST_LOYALTY_PROMOTIONS,
    RETRIEVE_LOYALTY_PROGRAM,
    RETRIEVE_LOYALTY_PROMOTION,
)
from gateway.areas.loyalty_programs.types import (
    PROMOTIONS_PAGE,
    LoyaltyProgram,
    LoyaltyProgramRewardTier,
    LoyaltyPromotion,
    LoyaltyPromotionConnection,
    LoyaltyPromotionStatus,
)
from gateway.graph.loading.context import Context, Info
from gateway.graph.loading.list_loader import ListedLoader
from gateway.graph.loading.loader import KeyedLoader, one_by_one
from gateway.graph.loading.page_source import PageSource
from gateway.graph.loading.pagination import refused_status
from gateway.square.endpoint import Call, Page
from gateway.square.errors import NotFound, SquareError

MAIN = strawberry.ID("main")
PROGRAM_ONCE = frozenset({"RetrieveLoyaltyProgram"})
PromotionKey = tuple[str, str]


class LoyaltyProgramById(KeyedLoader[str, LoyaltyProgram]):
    """The seller's one program, under its id and under the keyword `main`, for one call in all."""

    operation_name = further_name = "RetrieveLoyaltyProgram"
    population = 1
    gathers = False
    once = PROGRAM_ONCE
    type = LoyaltyProgram

    _first: str | None = None

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, LoyaltyProgram | SquareError | None]:
        """One key is retrieved as it is; of several, those that are not the main program's by themselves."""
        # What is asked while the first answer is under way most likely is the same program.
        first = self._first = self._first or (MAIN if len(keys) > 1 else keys[0])
        try:
            main = await self.context.read(RETRIEVE_LOYALTY_PROGRAM(program_id=first))
        except NotFound:
            others = [key for key in keys if key != first]
            if first == MAIN or not others:
                return await one_by_one(others, lambda key: self.context.read(RETRIEVE_LOYALTY_PROGRAM(program_id=key)))
            # That id was no program's. The others most likely are the seller's.
            self._first = MAIN
            return await self.fetch(others)
        except SquareError:
            if first == MAIN or first in keys:
                raise
            # That another id was refused says nothing of these.
            self._first = MAIN
            return await self.fetch(keys)
        self.prime(MAIN, main)
        self.prime(main.id, main)
        others = [key for key in keys if key not in (MAIN, main.id)]
        found = await one_by_one(others, lambda key: self.context.read(RETRIEVE_LOYALTY_PROGRAM(program_id=key)))
        return {MAIN: main, main.id: main, **found}


class RewardTierById(KeyedLoader[str, LoyaltyProgramRewardTier]):
    """Reward tiers by id, out of the seller's program."""

    operation_name = "RetrieveLoyaltyProgram"
    gathers = False
    once = PROGRAM_ONCE
    type = LoyaltyProgramRewardTier

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """One read of the program, however many tiers are wanted."""
        return {cls.operation_name: 1}

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, LoyaltyProgramRewardTier | SquareError | None]:
        """Look the tiers up in the program; a tier that was taken out of it is None."""
        program = await self.context.loader(LoyaltyProgramById).load(MAIN)
        return {tier.id: tier for tier in program.reward_tiers} if program else {}


async def program_id_of(context: Context, given: str | None) -> str | None:
    """The program's own id for `main` or None, None when the seller has no program; any other id as it is.

    Square documents the keyword for retrieving the program alone.
    """
    if given is not None and given != MAIN:
        return given
    program = await context.loader(LoyaltyProgramById).load(MAIN)
    return program.id if program else None


class _PromotionsOf(ListedLoader[LoyaltyPromotion]):
    operation_name = "RetrieveLoyaltyPromotion"
    list_name = "ListLoyaltyPromotions"

    def __init__(self, context: Context, program_id: str) -> None:
        super().__init__(context)
        self.program_id = program_id

    def list_call(self, cursor: str | None) -> Call[Page[LoyaltyPromotion]]:
        return LIST_LOYALTY_PROMOTIONS(program_id=self.program_id, query={"limit": PROMOTIONS_PAGE, "cursor": cursor})

    def retrieve_call(self, key: str) -> Call[LoyaltyPromotion]:
        return RETRIEVE_LOYALTY_PROMOTION(program_id=self.program_id, promotion_id=key)


class LoyaltyPromotionByProgram(KeyedLoader[PromotionKey, LoyaltyPromotion]):
    """Promotions by the ids of their program and their own: one retrieve for one, a list for many."""

    operation_name = "RetrieveLoyaltyPromotion"
    further_name = "ListLoyaltyPromotions"
    type = LoyaltyPromotion

    def __init__(self, context: Context) -> None:
        """Begin with no program."""
        super().__init__(context)
        self._programs: dict[str, _PromotionsOf] = {}

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """What listing or retrieving them takes. Those that objects refer to are of the seller's one program."""
        return {cls.operation_name: keys} if keys > parents else _PromotionsOf.calls_for(keys, parents)

    @classmethod
    def further_calls(cls, keys: int, parents: int) -> int:
        """What is left of one list, or the lists of so many programs that two promotions of each are wanted."""
        return keys // 2 if keys > parents else _PromotionsOf.further_calls(keys, parents)

    def stub(self, key: PromotionKey) -> LoyaltyPromotion:
        """A promotion that knows only its own id."""
        return super().stub(key[1])  # type: ignore[arg-type]

    async def fetch(self, keys: Sequence[PromotionKey]) -> Mapping[PromotionKey, LoyaltyPromotion | SquareError | None]:
        """Ask for the promotions of each program side by side."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for program_id, promotion_id in keys:
            wanted[program_id].append(promotion_id)
        answers = await asyncio.gather(*(self._of(program_id).fetch(ids) for program_id, ids in wanted.items()))
        return {
            (program_id, promotion_id): found
            for program_id, answer in zip(wanted, answers, strict=True)
            for promotion_id, found in answer.items()
        }

    def _of(self, program_id: str) -> _PromotionsOf:
        if program_id not in self._programs:
            self._programs[program_id] = _PromotionsOf(self.context, program_id)
        return self._programs[program_id]


class LoyaltyPromotionById(KeyedLoader[str, LoyaltyPromotion]):
    """Promotions of which only their own id is known: they are looked for in the seller's program."""

    operation_name = "RetrieveLoyaltyPromotion"
    further_name = "ListLoyaltyPromotions"
    rounds = 2
    once = PROGRAM_ONCE
    type = LoyaltyPromotion

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """The program first, then its promotions."""
        return {"RetrieveLoyaltyProgram": 1, **_PromotionsOf.calls_for(keys, parents)}

    @classmethod
    def further_calls(cls, keys: int, parents: int) -> int:
        """What is left of the list of the one program."""
        return _PromotionsOf.further_calls(keys, parents)

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, LoyaltyPromotion | SquareError | None]:
        """Find the program, then its promotions."""
        program_id = await program_id_of(self.context, MAIN)
        if program_id is None:
            return {}
        promotions = self.context.loader(LoyaltyPromotionByProgram)
        return await one_by_one(keys, lambda key: promotions.load((program_id, key)))


class LoyaltyPromotionsOfProgram(PageSource[LoyaltyPromotion]):
    """The promotions of a program, newest first, all or those with one status."""

    page_size = PROMOTIONS_PAGE
    connection = LoyaltyPromotionConnection

    async def filtered(
        self, owner: str, status: LoyaltyPromotionStatus | None, info: Info, first: int | None, after: str | None
    ) -> LoyaltyPromotionConnection:
        """The connection of the promotions with this status, or of all for None."""
        name = status.value if status else None
        if refused := refused_status(name, "status"):
            raise refused

        return await LoyaltyPromotionConnection.read(
            info,
            lambda cursor, limit: LIST_LOYALTY_PROMOTIONS(
                program_id=owner, query={"status": name, "limit": limit, "cursor": cursor}
            ),
            first=first,
            after=after,
            page_size=self.page_size,
            bound=["loyaltyPromotions", owner, name],
            renames={"status": ["status"]},
            shown=partial(self._known, owner),
        )

    def _known(self, owner: str, page: Page[LoyaltyPromotion]) -> Page[LoyaltyPromotion]:
        """The page; its promotions need not be read again by their ids."""
        loader = self.context.loader(LoyaltyPromotionByProgram)
        for promotion in page.items:
            loader.prime((owner, promotion.id), promotion)
        return page
