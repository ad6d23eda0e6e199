-- The trail of one person or key.

create index change_of_actor on change (space_id, actor, position);
