"""What can be batched about groups."""

from gateway.areas.groups.endpoints import LIST_GROUPS, RETRIEVE_GROUP
from gateway.areas.groups.types import Group
from gateway.graph.loading.list_loader import ListedLoader
from gateway.square.endpoint import Call, Page

PAGE_SIZE = 50


class GroupById(ListedLoader[Group]):
    """Groups by id: one retrieve for one id, one list for many."""

    operation_name = "RetrieveCustomerGroup"
    list_name = "ListCustomerGroups"
    once = frozenset({list_name})
    type = Group

    def list_call(self, cursor: str | None) -> Call[Page[Group]]:
        return LIST_GROUPS(query={"limit": PAGE_SIZE, "cursor": cursor})

    def retrieve_call(self, key: str) -> Call[Group]:
        return RETRIEVE_GROUP(group_id=key)
