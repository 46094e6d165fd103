-- What one post of the sign-up form has the database do: the statement of FormSignUps, for one post.
\set reader random(1, 1000000000)
\set client random(1, 1000000000)
\set a random(11, 210)
\set b random(0, 255)
\set c random(0, 255)
with post as materialized (
  select p.*, coalesce(network(set_masklen(p.ip, case family(p.ip) when 4 then 24 else 64 end)), '::') as network
  from unnest(array[1]::bigint[], array['reader-' || :reader || '-' || :client || '@example.org']::text[],
    array['Reader']::text[], array['']::text[], array['FORM']::text[],
    array[('' || :a || '.' || :b || '.' || :c || '.7')]::inet[],
    array['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0']::text[], array[false]::boolean[])
    with ordinality as p (newsletter_id, email, name, sections, via, ip, user_agent, exempt, n)),
counted as (
  insert into sign_up_window as w (starts_at, network, posts)
  select date_trunc('hour', now()), network, count(*) from post group by network order by network
  on conflict (starts_at, network) do update set posts = w.posts + excluded.posts
  returning network, posts),
let_in as materialized (
  select post.*,
    exempt or posts - count(*) over (partition by network)
      + row_number() over (partition by network order by n) <= 30 as taken
  from post join counted using (network)),
queued as (
  insert into sign_up (newsletter_id, email, name, sections, via, ip, user_agent, received_at, due_at)
  select newsletter_id, email, name, string_to_array(sections, ','), via, ip, user_agent, now(), now()
  from let_in where taken order by n)
select taken from let_in order by n;
