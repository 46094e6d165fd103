-- Who came and who went, by day. A subscription counts while it is ACTIVE and its address is not suppressed; an address
-- that is suppressed as ERASED alone has no subscription, or one that has come back. A pause takes nobody away.

-- Rows are added by the triggers below, in the transaction of what happened, and never updated: so nobody waits for
-- somebody else's count. A job adds up those of one newsletter, day and reason. Names nobody, so erasure leaves it as it is.
create table subscription_growth (
  newsletter_id bigint not null references newsletter,
  -- where the newsletter's clock was when it happened; a time zone that is changed later moves nothing
  day date not null,
  reason text not null check (reason in (
    'CONFIRMED', 'IMPORTED', 'UNDONE', 'LIFTED', 'ADDRESS_CHANGED',
    'UNSUBSCRIBED', 'DISOWNED', 'COMPLAINED', 'BOUNCED', 'REQUESTED', 'NOT_ME', 'ERASED')),
  gained bigint not null default 0 check (gained >= 0),
  lost bigint not null default 0 check (lost >= 0),
  added_up boolean not null default false
);
create index subscription_growth_day on subscription_growth (newsletter_id, day);
create index subscription_growth_new on subscription_growth (newsletter_id, day) where not added_up;

-- The reason where the rows alone do not tell: set_config('broadsheet.because', …, true) by who changes them.
create function because(usually text) returns text language sql stable as $$
  select coalesce(nullif(current_setting('broadsheet.because', true), ''), usually)
$$;

create function count_added_subscriptions() returns trigger language plpgsql as $$
begin
  insert into subscription_growth (newsletter_id, day, reason, gained)
  select g.newsletter_id, (now() at time zone n.time_zone)::date, because('IMPORTED'), g.number
  from (
    select s.newsletter_id, count(*) as number
    from added s join subscriber p on p.id = s.subscriber_id
    where s.state = 'ACTIVE' and not exists (
      select 1 from suppression x where x.address_hash = p.email_hash and x.reason <> 'ERASED'
        and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id))
    group by s.newsletter_id) g
  join newsletter n on n.id = g.newsletter_id;
  return null;
end
$$;

create function count_changed_subscriptions() returns trigger language plpgsql as $$
begin
  insert into subscription_growth (newsletter_id, day, reason, gained, lost)
  select g.newsletter_id, (now() at time zone n.time_zone)::date, because(g.reason),
    case when g.came then g.number else 0 end, case when g.came then 0 else g.number end
  from (
    select a.newsletter_id, a.state = 'ACTIVE' as came,
      case when b.state = 'ACTIVE' then 'UNSUBSCRIBED' when b.state = 'PENDING' then 'CONFIRMED' else 'UNDONE' end as reason,
      count(*) as number
    from before b join after a on a.id = b.id join subscriber p on p.id = a.subscriber_id
    where (a.state = 'ACTIVE') <> (b.state = 'ACTIVE') and not exists (
      select 1 from suppression x where x.address_hash = p.email_hash and x.reason <> 'ERASED'
        and (x.newsletter_id is null or x.newsletter_id = a.newsletter_id))
    group by 1, 2, 3) g
  join newsletter n on n.id = g.newsletter_id;
  return null;
end
$$;

create function count_erased_subscriptions() returns trigger language plpgsql as $$
begin
  insert into subscription_growth (newsletter_id, day, reason, lost)
  select g.newsletter_id, (now() at time zone n.time_zone)::date, 'ERASED', g.number
  from (
    select s.newsletter_id, count(*) as number
    from gone s join subscriber p on p.id = s.subscriber_id
    where s.state = 'ACTIVE' and not exists (
      select 1 from suppression x where x.address_hash = p.email_hash and x.reason <> 'ERASED'
        and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id))
    group by s.newsletter_id) g
  join newsletter n on n.id = g.newsletter_id;
  return null;
end
$$;

-- The subscriptions are locked before they are counted, in a statement of its own, so that the count sees what whoever
-- held them has done: who leaves while their address is suppressed is lost once.
create function count_suppressed() returns trigger language plpgsql as $$
begin
  perform 1 from added x
  join subscriber p on p.email_hash = x.address_hash
  join subscription s on s.subscriber_id = p.id and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)
  where x.reason <> 'ERASED' and s.state = 'ACTIVE'
  order by s.id for no key update of s;
  if not found then
    return null;
  end if;
  insert into subscription_growth (newsletter_id, day, reason, lost)
  select g.newsletter_id, (now() at time zone n.time_zone)::date, g.reason, g.number
  from (
    select l.newsletter_id, l.reason, count(*) as number
    from (
      select distinct on (s.id) s.newsletter_id, x.reason
      from added x
      join subscriber p on p.email_hash = x.address_hash
      join subscription s on s.subscriber_id = p.id and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)
      where x.reason <> 'ERASED' and s.state = 'ACTIVE' and not exists (
        select 1 from suppression o where o.address_hash = p.email_hash and o.reason <> 'ERASED'
          and (o.newsletter_id is null or o.newsletter_id = s.newsletter_id)
          and not exists (select 1 from added y where y.id = o.id))
      order by s.id, x.id) l
    group by 1, 2) g
  join newsletter n on n.id = g.newsletter_id;
  return null;
end
$$;

create function count_lifted() returns trigger language plpgsql as $$
begin
  perform 1 from gone x
  join subscriber p on p.email_hash = x.address_hash
  join subscription s on s.subscriber_id = p.id and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)
  where x.reason <> 'ERASED' and s.state = 'ACTIVE'
  order by s.id for no key update of s;
  if not found then
    return null;
  end if;
  insert into subscription_growth (newsletter_id, day, reason, gained)
  select g.newsletter_id, (now() at time zone n.time_zone)::date, because('LIFTED'), g.number
  from (
    select l.newsletter_id, count(*) as number
    from (
      select distinct s.id, s.newsletter_id
      from gone x
      join subscriber p on p.email_hash = x.address_hash
      join subscription s on s.subscriber_id = p.id and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)
      where x.reason <> 'ERASED' and s.state = 'ACTIVE' and not exists (
        select 1 from suppression o where o.address_hash = p.email_hash and o.reason <> 'ERASED'
          and (o.newsletter_id is null or o.newsletter_id = s.newsletter_id))) l
    group by 1) g
  join newsletter n on n.id = g.newsletter_id;
  return null;
end
$$;

create function count_moved_address() returns trigger language plpgsql as $$
begin
  insert into subscription_growth (newsletter_id, day, reason, gained, lost)
  select m.newsletter_id, (now() at time zone n.time_zone)::date, 'ADDRESS_CHANGED', m.was::int, 1 - m.was::int
  from (
    select s.newsletter_id, exists (
        select 1 from suppression x where x.address_hash = old.email_hash and x.reason <> 'ERASED'
          and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)) as was,
      exists (
        select 1 from suppression x where x.address_hash = new.email_hash and x.reason <> 'ERASED'
          and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)) as is_now
    from subscription s where s.subscriber_id = new.id and s.state = 'ACTIVE') m
  join newsletter n on n.id = m.newsletter_id
  where m.was <> m.is_now;
  return null;
end
$$;

-- A restored backup brings its counts along: set local broadsheet.restoring = 'on'.
create trigger subscription_added after insert on subscription referencing new table as added
  for each statement when (coalesce(current_setting('broadsheet.restoring', true), '') <> 'on')
  execute function count_added_subscriptions();
create trigger subscription_changed after update on subscription referencing old table as before new table as after
  for each statement execute function count_changed_subscriptions();
create trigger subscription_erased after delete on subscription referencing old table as gone
  for each statement execute function count_erased_subscriptions();
create trigger suppression_added after insert on suppression referencing new table as added
  for each statement when (coalesce(current_setting('broadsheet.restoring', true), '') <> 'on')
  execute function count_suppressed();
create trigger suppression_lifted after delete on suppression referencing old table as gone
  for each statement execute function count_lifted();
create trigger subscriber_moved after update of email_hash on subscriber
  for each row when (old.email_hash is distinct from new.email_hash) execute function count_moved_address();

-- What was before, as far as it is known: by the proofs of consent, in order for each person and newsletter; only what
-- changes something counts. Not known: suppressions that were lifted since (neither the loss nor the return is counted);
-- on which day somebody was erased who has come back since (taken as that of their last proof before); whether an import
-- brought somebody as active or as departed who was erased since (taken as active). Where the proofs do not lead to what
-- is true now, the last row for that person does.
create temporary table growth_event as
with proof as (
  select coalesce(s.newsletter_id, c.newsletter_id) as newsletter_id,
    coalesce('s' || c.subscription_id, encode(c.address_hash, 'hex')) as who,
    c.action, c.at, c.id, s.id is null as erased, s.state,
    lead(c.action) over (
      partition by coalesce(s.newsletter_id, c.newsletter_id), coalesce('s' || c.subscription_id, encode(c.address_hash, 'hex'))
      order by c.at, c.id) as next
  from consent_record c left join subscription s on s.id = c.subscription_id
  where c.action <> 'ADDRESS_CHANGED'),
-- living subscriptions and what suppresses them most
living as (
  select s.newsletter_id, 's' || s.id as who, s.state, s.confirmed_at, s.subscribed_at, s.unsubscribed_at,
    x.reason, x.created_at
  from subscription s
  join subscriber p on p.id = s.subscriber_id
  left join lateral (
    select reason, created_at from suppression
    where address_hash = p.email_hash and reason <> 'ERASED' and (newsletter_id is null or newsletter_id = s.newsletter_id)
    order by created_at limit 1) x on true),
event as (
  select newsletter_id, who, at, id as seq, action in ('CONFIRMED', 'RETURNED', 'IMPORTED') as up,
    case action when 'RETURNED' then 'UNDONE' else action end as reason
  from proof
  where action in ('CONFIRMED', 'RETURNED', 'UNSUBSCRIBED', 'DISOWNED')
    -- an import brings people who had left, and who never confirmed, with the same proof
    or (action = 'IMPORTED' and coalesce(next not in ('ASKED', 'CONFIRMED', 'RETURNED'), erased or state = 'ACTIVE'))
  union all
  select e.newsletter_id, e.who, greatest(e.last, coalesce(x.at, e.last)), 9223372036854775807, false, 'ERASED'
  from (select newsletter_id, who, max(at) as last from proof where erased group by 1, 2) e
  left join lateral (
    select min(created_at) as at from suppression
    where address_hash = decode(e.who, 'hex') and reason = 'ERASED'
      and (newsletter_id is null or newsletter_id = e.newsletter_id)) x on true
  union all
  select e.newsletter_id, e.who, x.created_at, 9223372036854775806, false, x.reason
  from (select distinct newsletter_id, who from proof where erased) e
  join suppression x on x.address_hash = decode(e.who, 'hex') and x.reason <> 'ERASED'
    and (x.newsletter_id is null or x.newsletter_id = e.newsletter_id)
  union all
  select newsletter_id, who, created_at, 9223372036854775806, false, reason from living where reason is not null),
ordered as (
  select *, lag(up, 1, false) over w as was, lead(up) over w is null as is_last
  from event window w as (partition by newsletter_id, who order by at, seq))
select newsletter_id, at, reason, up from ordered where up <> was
union all
select l.newsletter_id,
  case when coalesce(o.up, false) then greatest(coalesce(l.unsubscribed_at, l.created_at, l.confirmed_at, l.subscribed_at), o.at)
    else coalesce(l.confirmed_at, l.subscribed_at) end,
  case when coalesce(o.up, false) then coalesce(l.reason, 'UNSUBSCRIBED') else 'CONFIRMED' end,
  not coalesce(o.up, false)
from living l left join ordered o on o.newsletter_id = l.newsletter_id and o.who = l.who and o.is_last
where coalesce(o.up, false) <> (l.state = 'ACTIVE' and l.reason is null);

insert into subscription_growth (newsletter_id, day, reason, gained, lost, added_up)
select e.newsletter_id, (e.at at time zone n.time_zone)::date, e.reason,
  count(*) filter (where e.up), count(*) filter (where not e.up), true
from growth_event e join newsletter n on n.id = e.newsletter_id
group by 1, 2, 3;
drop table growth_event;
analyze subscription_growth;
