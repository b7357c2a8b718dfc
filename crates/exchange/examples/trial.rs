use hailsham_exchange::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let pool = read(std::path::Path::new(&a[1])).unwrap();
    let options = Options {
        max_cycle: a[2].parse().unwrap(),
        max_chain: a[3].parse().unwrap(),
        objectives: a[4].split(',').map(|o| o.parse().unwrap()).collect(),
        time_limit: Some(std::time::Duration::from_secs_f64(a[5].parse().unwrap())),
        ..Options::default()
    };
    let s = solve(&pool, &options, &mut |_| {}).unwrap();
    verify(&pool, &s.exchanges, options.max_cycle, options.max_chain).unwrap();
    print!("{} {} {}", a[1].rsplit('/').next().unwrap(), a[2], a[3]);
    for x in s.achieved {
        print!(" {} {} bound {:?}", x.objective, x.value, x.bound);
    }
    println!(" {:.3}s", s.time.as_secs_f64());
}
