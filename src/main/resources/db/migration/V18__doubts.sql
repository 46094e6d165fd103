-- What becomes of a delivery in doubt depends on whom it was handed over to, and on how often it ended so: neither is
-- known by its campaign's present transport, nor by all of its tries.
alter table delivery_claim
  -- whom its rows are handed over to
  add column transport text;
alter table delivery
  -- times it ended in doubt since an editor decided about it last
  add column doubts smallint not null default 0,
  -- the transport that left it in doubt last
  add column in_doubt_over text;

update delivery_claim l set transport = c.transport from campaign c where c.id = l.campaign_id;

do $$
declare
  doubtful record;
  part regclass;
begin
  for doubtful in
    select c.id, c.issue_id, c.transport from campaign c
    where exists (select 1 from lane_count l where l.campaign_id = c.id and l.in_doubt > 0)
  loop
    update delivery
    set doubts = greatest(attempts, 1),
        -- only requests have a name
        in_doubt_over = case when request_id is null then doubtful.transport else 'sendgrid' end
    where issue_id = doubtful.issue_id and campaign_id = doubtful.id and state = 'IN_DOUBT';
  end loop;

  -- Who was skipped after a doubt perhaps has the issue: no later campaign sends it to them.
  alter table delivery drop constraint delivery_check;
  -- partitions were made with constraints of their own
  for part in select inhrelid::regclass from pg_inherits where inhparent = 'delivery'::regclass loop
    execute format('alter table %s drop constraint if exists delivery_check', part);
  end loop;
  alter table delivery
    add constraint delivery_void_given_up check (not void or state in ('SKIPPED', 'CANCELLED')),
    add constraint delivery_cancelled_void check (void or state <> 'CANCELLED');
end $$;
