"""Every change gets a number, so that delta can tell what came after what."""

from __future__ import annotations

from connector.standin.world import World


def stir(world: World, item: str, *, who: str, new_content: bool = False) -> None:
    """Say that an item changed: a new number, a new eTag, and who is to be told."""
    world.state.run(
        "UPDATE item SET seq = ?, etag = etag + 1, ctag = ctag + ?, changed_at = ?,"
        " changed_by = ? WHERE id = ?",
        world.next("change"),
        int(new_content),
        world.now(),
        who,
        item,
    )
    _tell_subscribers(world, item)


def _tell_subscribers(world: World, item: str) -> None:
    """Owe each subscription of the library one notification, not one per change."""
    now = world.now()
    world.state.run(
        "INSERT INTO notification (subscription, kind, due_at, made_at)"
        " SELECT subscription.id, 'changed', ?, ? FROM subscription"
        " JOIN item ON item.drive = subscription.drive"
        " WHERE item.id = ? AND subscription.expires_at > ? AND NOT EXISTS ("
        "  SELECT 1 FROM notification WHERE subscription = subscription.id"
        "  AND kind = 'changed' AND tries = 0)",
        now,
        now,
        item,
        now,
    )
