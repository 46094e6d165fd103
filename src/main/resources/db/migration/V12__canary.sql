-- The first few of a campaign, before the others: so many, or those named.
alter table campaign
  add column canary_size integer check (canary_size > 0),
  -- subscriptions of those named; ids, so that an erased person leaves nothing here
  add column canary_named bigint[],
  add column canary_then text check (canary_then in ('APPROVAL', 'CLEAN_FOR')),
  -- how long nothing bad must have come up before the others get it
  add column canary_clean_seconds bigint,
  add column canary_state text check (canary_state in ('RUNNING', 'WAITING', 'OVER')),
  -- what had gone out and come back when it was resumed last: an editor who resumes it has seen that
  add column seen_handed_over bigint not null default 0,
  add column seen_bounced bigint not null default 0;
alter table lane_count
  -- permanent refusals since the last message that was taken
  add column refused_in_a_row integer not null default 0;
