-- What was set while running, for all nodes, in the row that every reservation moves: whoever reserves reads it there and
-- then, and nobody moves a limit by a rate that has been changed meanwhile. Null: as the environment says, or, for a
-- campaign's own limit, whoever reserves.
alter table send_limit
  add column per_second double precision check (per_second between 0.001 and 1000000),
  -- these are of the key 'all' alone
  add column per_hour bigint check (per_hour >= 1),
  add column per_day bigint check (per_day >= 1),
  -- the first day of a warm-up
  add column warm_up date,
  add constraint send_limit_quotas_check check (key = 'all' or num_nonnulls(per_hour, per_day, warm_up) = 0);
